//! A solution beside items named like the kit's: its checks must not mind.

use std::collections::BTreeSet;

/// The names that the kit exports, from the text of its `lib.rs`.
pub fn kit_names(lib: &str) -> Vec<String> {
    let Ok(file) = syn::parse_file(lib) else { return Vec::new() };
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Use(used) if matches!(used.vis, syn::Visibility::Public(_)) => {
                leaves(&used.tree, &mut names);
            }
            syn::Item::Mod(module) => names.push(module.ident.to_string()),
            syn::Item::Const(item) => names.push(item.ident.to_string()),
            syn::Item::Type(item) => names.push(item.ident.to_string()),
            _ => {}
        }
    }
    names.sort();
    names.dedup();
    names
}

fn leaves(tree: &syn::UseTree, names: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, names),
        syn::UseTree::Name(name) => names.push(name.ident.to_string()),
        syn::UseTree::Rename(renamed) => names.push(renamed.rename.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        syn::UseTree::Glob(_) => {}
    }
}

/// `solution` with a public item and a macro for every name in `kit` that it leaves free.
pub fn decoy(solution: &str, kit: &[String]) -> String {
    let taken = declared(solution);
    let mut text = format!("{solution}\npub mod kit {{}}\npub const CHECKS: u8 = 0;\n");
    for name in kit.iter().filter(|name| !taken.contains(*name)) {
        let kind = if name.chars().any(char::is_lowercase) {
            if name.starts_with(char::is_uppercase) {
                format!("pub struct {name};")
            } else {
                format!("pub fn {name}() -> u8 {{ 7 }}")
            }
        } else {
            format!("pub const {name}: u8 = 7;")
        };
        text += &format!("{kind}\n#[macro_export]\nmacro_rules! {name} {{ () => {{ compile_error!() }} }}\n");
    }
    text
}

/// Names of items and imports at the top of a file.
fn declared(text: &str) -> BTreeSet<String> {
    let Ok(file) = syn::parse_file(text) else { return BTreeSet::new() };
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Const(i) => names.push(i.ident.to_string()),
            syn::Item::Enum(i) => names.push(i.ident.to_string()),
            syn::Item::Fn(i) => names.push(i.sig.ident.to_string()),
            syn::Item::Macro(i) => names.extend(i.ident.as_ref().map(ToString::to_string)),
            syn::Item::Mod(i) => names.push(i.ident.to_string()),
            syn::Item::Static(i) => names.push(i.ident.to_string()),
            syn::Item::Struct(i) => names.push(i.ident.to_string()),
            syn::Item::Trait(i) => names.push(i.ident.to_string()),
            syn::Item::Type(i) => names.push(i.ident.to_string()),
            syn::Item::Use(i) => leaves(&i.tree, &mut names),
            _ => {}
        }
    }
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoy_takes_every_name_that_the_solution_leaves_free() {
        let lib =
            "mod a; pub use a::{Rng, run as go}; pub const MS: u64 = 1; pub type Ns = u64; use b::Hidden;";
        let names = kit_names(lib);
        assert_eq!(names, ["MS", "Ns", "Rng", "a", "go"]);
        let text = decoy("struct Rng;", &names);
        let free = declared(&text);
        assert!(names.iter().all(|name| free.contains(name)), "{text}");
        assert_eq!(text.matches("struct Rng;").count(), 1);
    }
}
