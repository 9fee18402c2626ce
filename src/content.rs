//! What there is to learn: manifests, checks' names, wrong variants and quizzes, from the copy in the
//! binary or from a folder. Knows nothing of workspaces, compilers, processes or terminals. `build.rs`
//! compiles the same files to validate what it embeds.

pub mod cargo_manifest;
pub mod caught;
pub mod checklist;
mod circles;
pub mod decode;
pub mod embedded;
pub mod load;
pub mod lookup;
pub mod foundations;
pub mod manifest;
pub mod model;
pub mod outline;
pub mod partial;
pub mod problem;
pub mod quantity;
pub mod question;
pub mod quiz;
pub mod rustlings;
pub mod source;
pub mod variants;
pub mod version;
