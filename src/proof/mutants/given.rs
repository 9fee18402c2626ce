//! What a stub gives: functions and constants by owner and tokens, whatever their comments say.

use super::Text;
use proc_macro2::TokenStream;
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Functions and constants of a file.
pub type Given = BTreeSet<String>;

pub fn keys(file: &syn::File, text: Text<'_>) -> Given {
    let mut found = Collect { text, owner: String::new(), keys: Given::new() };
    found.visit_file(file);
    found.keys
}

/// A function without its attributes and its documentation.
pub fn of_function(text: Text<'_>, owner: &str, signature: &syn::Signature, body: &syn::Block) -> String {
    format!("{owner} {} {}", tokens(text, signature), tokens(text, body))
}

/// A constant or a static.
pub fn of_value(text: Text<'_>, owner: &str, name: &syn::Ident, value: &syn::Expr) -> String {
    format!("{owner} {name} = {}", tokens(text, value))
}

/// Whose functions a block of `impl` holds.
pub fn owner_of(text: Text<'_>, block: &syn::ItemImpl) -> String {
    let implemented = block.trait_.as_ref().map(|(path, _)| tokens(text, path)).unwrap_or_default();
    format!("{implemented} for {}", tokens(text, &block.self_ty))
}

/// Without comments, and with the same white space wherever the author broke the line.
fn tokens(text: Text<'_>, piece: &impl Spanned) -> String {
    let written = text.of(piece);
    written.parse::<TokenStream>().map_or_else(|_| written.to_string(), |tokens| tokens.to_string())
}

struct Collect<'t> {
    text: Text<'t>,
    owner: String,
    keys: Given,
}

impl Visit<'_> for Collect<'_> {
    fn visit_item_impl(&mut self, block: &syn::ItemImpl) {
        self.owner = owner_of(self.text, block);
        visit::visit_item_impl(self, block);
        self.owner.clear();
    }

    fn visit_item_fn(&mut self, f: &syn::ItemFn) {
        self.keys.insert(of_function(self.text, &self.owner, &f.sig, &f.block));
    }

    fn visit_impl_item_fn(&mut self, f: &syn::ImplItemFn) {
        self.keys.insert(of_function(self.text, &self.owner, &f.sig, &f.block));
    }

    fn visit_item_const(&mut self, item: &syn::ItemConst) {
        self.keys.insert(of_value(self.text, &self.owner, &item.ident, &item.expr));
    }

    fn visit_item_static(&mut self, item: &syn::ItemStatic) {
        self.keys.insert(of_value(self.text, &self.owner, &item.ident, &item.expr));
    }
}
