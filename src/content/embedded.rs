//! The content inside the binary, put there by `build.rs`.

use super::source::Source;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The embedded content root.
pub fn source() -> Source {
    Source::Embedded(FILES)
}
