//! The content of this repository, proved by `drill verify`: every stub compiles and waits for its author, every
//! solution passes under many seeds, every wrong variant is caught by the check that it names, and what is said about
//! all that is up to date. What was proved before is remembered, so that this takes a minute only once.

use std::process::Command;

#[test]
fn the_content_keeps_its_promises() {
    let proved = Command::new(env!("CARGO_BIN_EXE_drill"))
        .args(["verify", "--locked", "--plain"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("drill starts");
    let shown = String::from_utf8_lossy(&proved.stdout);
    assert!(proved.status.success(), "{shown}\n{}", String::from_utf8_lossy(&proved.stderr));
    // That nothing was proved would be no proof.
    assert!(shown.contains("token-bucket-gcra/06-lab-keyed-gateway"), "{shown}");
}
