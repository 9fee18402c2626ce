//! What a stub promises to its checks: public items, compared as signatures with the learner's.

use crate::verdict::Difference;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Fields, ImplItem, Item, Visibility};

/// The public items of `stub` that `learner` declares otherwise, or not at all. Empty when either can't be
/// parsed: then rustc has more to say.
pub fn differences(stub: &str, learner: &str) -> Vec<Difference> {
    let (Some(stub), Some(learner)) = (items(stub), items(learner)) else { return Vec::new() };
    let mut out = Vec::new();
    let mut promised: Vec<_> = stub.iter().collect();
    promised.sort_by_key(|(_, signature)| signature.position);
    for (key, signature) in promised {
        let yours = learner.get(key);
        if yours.is_none_or(|yours| !yours.keeps(signature)) {
            out.push(Difference { stub: signature.shown.clone(), yours: yours.map(|y| y.shown.clone()) });
        }
    }
    out
}

/// By key: `fn f`, `struct S`, `S::f`.
type Items = BTreeMap<String, Signature>;

struct Signature {
    /// Order in the file.
    position: usize,
    shown: String,
    /// Without derives and without the names of parameters, which are free.
    meaning: String,
    /// The last names of traits that it has, derived or written by hand.
    traits: BTreeSet<String>,
}

impl Signature {
    /// Whether whoever relies on `other` can rely on this.
    fn keeps(&self, other: &Signature) -> bool {
        self.meaning == other.meaning && self.traits.is_superset(&other.traits)
    }
}

fn items(text: &str) -> Option<Items> {
    let file = syn::parse_file(super::weld::without_mark(text)).ok()?;
    let mut out = Items::new();
    let mut by_hand = Vec::new();
    for item in file.items {
        if let Item::Impl(block) = &item
            && let (Some((implemented, _)), syn::Type::Path(owner)) = (&block.trait_, block.self_ty.as_ref())
        {
            by_hand.extend(last_name(&owner.path).zip(last_name(implemented)));
        }
        collect(item, &mut out);
    }
    for (owner, name) in by_hand {
        for kind in ["struct", "enum"] {
            if let Some(signature) = out.get_mut(&format!("{kind} {owner}")) {
                signature.traits.insert(name.clone());
            }
        }
    }
    Some(out)
}

fn last_name(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|s| s.ident.to_string())
}

fn collect(item: Item, out: &mut Items) {
    let mut add = |key: String, item: Item| {
        let (position, shown, traits) = (out.len(), print(item.clone()), derives(&item));
        let meaning = print(without_free_choices(item));
        out.insert(key, Signature { position, shown, meaning, traits });
    };
    match item {
        Item::Fn(mut f) if is_public(&f.vis) => {
            f.attrs.clear();
            f.block.stmts.clear();
            add(format!("fn {}", f.sig.ident), Item::Fn(f));
        }
        Item::Struct(mut s) if is_public(&s.vis) => {
            keep_derives(&mut s.attrs);
            hide_private_fields(&mut s.fields);
            add(format!("struct {}", s.ident), Item::Struct(s));
        }
        Item::Enum(mut e) if is_public(&e.vis) => {
            keep_derives(&mut e.attrs);
            e.variants.iter_mut().for_each(|v| v.attrs.clear());
            add(format!("enum {}", e.ident), Item::Enum(e));
        }
        Item::Trait(mut t) if is_public(&t.vis) => {
            t.attrs.clear();
            for item in &mut t.items {
                if let syn::TraitItem::Fn(f) = item {
                    f.attrs.clear();
                    f.default = None;
                }
            }
            add(format!("trait {}", t.ident), Item::Trait(t));
        }
        Item::Type(mut t) if is_public(&t.vis) => {
            t.attrs.clear();
            add(format!("type {}", t.ident), Item::Type(t));
        }
        Item::Const(mut c) if is_public(&c.vis) => {
            c.attrs.clear();
            add(format!("const {}", c.ident), Item::Const(c));
        }
        Item::Impl(block) if block.trait_.is_none() => {
            let syn::Type::Path(owner) = block.self_ty.as_ref() else { return };
            let Some(owner) = last_name(&owner.path) else { return };
            for inner in &block.items {
                let ImplItem::Fn(f) = inner else { continue };
                if !is_public(&f.vis) {
                    continue;
                }
                let mut alone = block.clone();
                alone.attrs.clear();
                let mut f = f.clone();
                f.attrs.clear();
                f.block.stmts.clear();
                let key = format!("{owner}::{}", f.sig.ident);
                alone.items = vec![ImplItem::Fn(f)];
                add(key, Item::Impl(alone));
            }
        }
        _ => {}
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Derives are part of what the checks may rely on; docs and lints are not.
fn keep_derives(attrs: &mut Vec<syn::Attribute>) {
    attrs.retain(|a| a.path().is_ident("derive"));
}

/// Private fields are the learner's to choose, and so is the shape of a struct that has no others.
fn hide_private_fields(fields: &mut Fields) {
    fields.iter_mut().for_each(|f| f.attrs.clear());
    if fields.iter().all(|f| !is_public(&f.vis)) {
        *fields = Fields::Unit;
    } else if let Fields::Named(named) = fields {
        named.named = std::mem::take(&mut named.named).into_iter().filter(|f| is_public(&f.vis)).collect();
    }
}

fn derives(item: &Item) -> BTreeSet<String> {
    let (Item::Struct(syn::ItemStruct { attrs, .. }) | Item::Enum(syn::ItemEnum { attrs, .. })) = item else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident("derive")) {
        let _ = attr.parse_nested_meta(|meta| {
            names.extend(last_name(&meta.path));
            Ok(())
        });
    }
    names
}

fn without_free_choices(mut item: Item) -> Item {
    let anonymous = |signature: &mut syn::Signature| {
        for input in &mut signature.inputs {
            if let syn::FnArg::Typed(typed) = input {
                let wild =
                    syn::PatWild { attrs: Vec::new(), underscore_token: syn::token::Underscore::default() };
                *typed.pat = syn::Pat::Wild(wild);
            }
        }
    };
    match &mut item {
        Item::Struct(s) => s.attrs.clear(),
        Item::Enum(e) => e.attrs.clear(),
        Item::Fn(f) => anonymous(&mut f.sig),
        Item::Impl(block) => {
            for inner in &mut block.items {
                if let ImplItem::Fn(f) = inner {
                    anonymous(&mut f.sig);
                }
            }
        }
        _ => {}
    }
    item
}

/// The item as rustfmt would lay it out, empty bodies as a semicolon.
fn print(item: Item) -> String {
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
    prettyplease::unparse(&file).trim_end().replace(" {}", ";")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUB: &str = "pub struct Rate { pub tokens: u64 }
        pub struct Bucket { /* yours */ }
        impl Bucket { pub fn take(&mut self, now_ns: u64) -> bool { todo!() } }
        pub fn helper(x: u64) -> u64 { x }";

    fn check(learner: &str, expected: &[(&str, Option<&str>)]) {
        let found = differences(STUB, learner);
        let found: Vec<_> = found.iter().map(|d| (d.stub.as_str(), d.yours.as_deref())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn private_fields_parameter_names_and_extra_items_are_free() {
        let learner = "pub struct Rate { pub tokens: u64 }
            /// Mine.
            pub struct Bucket(u64, u64);
            pub struct Extra;
            impl Bucket { fn level(&self) {} }
            impl Bucket { pub fn take(&mut self, now: u64) -> bool { true } }
            pub fn helper(y: u64) -> u64 { y + 1 }";
        check(learner, &[]);
    }

    #[test]
    fn a_changed_type_a_missing_item_and_a_lost_pub_are_named() {
        let learner = "pub struct Rate { pub tokens: u32 }
            pub struct Bucket;
            impl Bucket { pub fn take(&mut self, now_ns: u64) -> Option<u64> { None } }
            fn helper(x: u64) -> u64 { x }";
        check(
            learner,
            &[
                (
                    "pub struct Rate {\n    pub tokens: u64,\n}",
                    Some("pub struct Rate {\n    pub tokens: u32,\n}"),
                ),
                (
                    "impl Bucket {\n    pub fn take(&mut self, now_ns: u64) -> bool;\n}",
                    Some("impl Bucket {\n    pub fn take(&mut self, now_ns: u64) -> Option<u64>;\n}"),
                ),
                ("pub fn helper(x: u64) -> u64;", None),
            ],
        );
    }

    #[test]
    fn traits_may_be_derived_in_any_order_added_or_written_by_hand() {
        let stub = "#[derive(Clone, Debug)] pub struct S; #[derive(Clone)] pub enum E { A }";
        let same = "#[derive(Debug, PartialEq)] #[derive(std::clone::Clone)] #[must_use] pub struct S;
            pub enum E { A } impl Clone for E { fn clone(&self) -> E { E::A } }";
        assert_eq!(differences(stub, same), []);
        let found = differences(stub, "#[derive(Debug)] pub struct S; #[derive(Clone)] pub enum E { A }");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].yours.as_deref(), Some("#[derive(Debug)]\npub struct S;"));
    }

    #[test]
    fn what_does_not_parse_has_no_differences() {
        check("pub fn (", &[]);
    }
}
