//! Walks a solution and proposes edits, place by place.

use super::given::{self, Given};
use super::{Edit, Text, calls};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Stmt};

pub fn edits(file: &syn::File, text: Text<'_>, given: &Given) -> Vec<Edit> {
    let mut walk = Walk { text, given, owner: String::new(), edits: Vec::new() };
    walk.visit_file(file);
    walk.edits
}

struct Walk<'a> {
    text: Text<'a>,
    given: &'a Given,
    /// The block of `impl` that is walked.
    owner: String,
    edits: Vec<Edit>,
}

impl Walk<'_> {
    /// Proposes `put` in the place of `piece`.
    fn edit(&mut self, operator: &'static str, piece: &impl Spanned, put: impl Into<String>) {
        self.edits.push(Edit { operator, range: self.text.range(piece), put: put.into() });
    }

    fn function(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature, body: &syn::Block) {
        let key = given::of_function(self.text, &self.owner, signature, body);
        if is_test(attributes) || self.given.contains(&key) {
            return;
        }
        for put in simplest_bodies(&signature.output) {
            self.edit("body", body, *put);
        }
        self.visit_block(body);
    }

    fn value(&mut self, name: &syn::Ident, value: &syn::Expr) {
        if !self.given.contains(&given::of_value(self.text, &self.owner, name, value)) {
            self.visit_expr(value);
        }
    }

    fn condition(&mut self, condition: &Expr, has_else: bool) {
        if !binds(condition) {
            self.edit("condition", condition, "true");
            // Without an `else` this is the dropped statement.
            if has_else {
                self.edit("condition", condition, "false");
            }
        }
    }
}

impl Visit<'_> for Walk<'_> {
    fn visit_attribute(&mut self, _: &syn::Attribute) {}
    fn visit_type(&mut self, _: &syn::Type) {}
    fn visit_generics(&mut self, _: &syn::Generics) {}
    fn visit_angle_bracketed_generic_arguments(&mut self, _: &syn::AngleBracketedGenericArguments) {}
    fn visit_item_enum(&mut self, _: &syn::ItemEnum) {}
    fn visit_item_macro(&mut self, _: &syn::ItemMacro) {}
    fn visit_macro(&mut self, _: &syn::Macro) {}

    fn visit_item_mod(&mut self, module: &syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, block: &syn::ItemImpl) {
        if !is_test(&block.attrs) {
            self.owner = given::owner_of(self.text, block);
            visit::visit_item_impl(self, block);
            self.owner.clear();
        }
    }

    fn visit_item_fn(&mut self, f: &syn::ItemFn) {
        self.function(&f.attrs, &f.sig, &f.block);
    }

    fn visit_impl_item_fn(&mut self, f: &syn::ImplItemFn) {
        self.function(&f.attrs, &f.sig, &f.block);
    }

    fn visit_trait_item_fn(&mut self, f: &syn::TraitItemFn) {
        if let Some(body) = &f.default {
            self.function(&f.attrs, &f.sig, body);
        }
    }

    fn visit_item_const(&mut self, item: &syn::ItemConst) {
        if !is_test(&item.attrs) {
            self.value(&item.ident, &item.expr);
        }
    }

    fn visit_item_static(&mut self, item: &syn::ItemStatic) {
        if !is_test(&item.attrs) {
            self.value(&item.ident, &item.expr);
        }
    }

    fn visit_block(&mut self, block: &syn::Block) {
        for (i, statement) in block.stmts.iter().enumerate() {
            let is_last = i + 1 == block.stmts.len();
            if has_effect(statement, is_last, block.stmts.len() == 1) {
                self.edit("statement", statement, "");
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        if is_assignment(&arm.body) {
            self.edit("statement", &arm.body, "{}");
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_if(&mut self, branch: &syn::ExprIf) {
        self.condition(&branch.cond, branch.else_branch.is_some());
        visit::visit_expr_if(self, branch);
    }

    fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
        let (left, right) = (&*binary.left, &*binary.right);
        if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) {
            for (kept, dropped) in [(left, right), (right, left)] {
                if !binds(dropped) {
                    self.edit("condition", binary, self.text.of(kept));
                }
            }
            if !binds(left) && !binds(right) {
                let other = if matches!(binary.op, BinOp::And(_)) { "||" } else { "&&" };
                self.edit("logic", &binary.op, other);
            }
        } else if let Some((operator, others)) = neighbours(&binary.op) {
            for other in others {
                self.edit(operator, &binary.op, *other);
            }
        }
        // A term that is left out shows less than a wrong sign, which often overflows.
        if matches!(binary.op, BinOp::Add(_) | BinOp::Sub(_)) && !matches!(right, Expr::Lit(_)) {
            self.edit("term", binary, calls::operand(self.text, left));
        }
        if matches!(binary.op, BinOp::Add(_)) && !matches!(left, Expr::Lit(_)) {
            self.edit("term", binary, calls::operand(self.text, right));
        }
        if matches!(binary.op, BinOp::Sub(_) | BinOp::Div(_) | BinOp::Rem(_)) {
            let [left, right] = [left, right].map(|side| calls::operand(self.text, side));
            self.edit("operands", binary, format!("{right} {} {left}", self.text.of(&binary.op)));
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &syn::ExprUnary) {
        match unary.op {
            syn::UnOp::Not(_) => self.edit("negation", unary, self.text.of(&*unary.expr)),
            syn::UnOp::Neg(_) => self.edit("arithmetic", unary, self.text.of(&*unary.expr)),
            _ => {}
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_range(&mut self, range: &syn::ExprRange) {
        if range.start.is_some() && range.end.is_some() {
            let other = if matches!(range.limits, syn::RangeLimits::Closed(_)) { ".." } else { "..=" };
            self.edit("range", &range.limits, other);
        }
        visit::visit_expr_range(self, range);
    }

    fn visit_expr_repeat(&mut self, repeat: &syn::ExprRepeat) {
        // The length is a matter of the type.
        self.visit_expr(&repeat.expr);
    }

    fn visit_lit_int(&mut self, literal: &syn::LitInt) {
        let Ok(value) = literal.base10_parse::<u128>() else { return };
        let grouped = literal.to_string().contains('_');
        for other in [value.checked_sub(1), value.checked_add(1)].into_iter().flatten() {
            self.edit("constant", literal, number(other, grouped) + literal.suffix());
        }
    }

    fn visit_lit_bool(&mut self, literal: &syn::LitBool) {
        self.edit("constant", literal, (!literal.value).to_string());
    }

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        self.edits.extend(calls::of_function(self.text, call));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.edits.extend(calls::of_method(self.text, call));
        visit::visit_expr_method_call(self, call);
    }
}

/// `#[test]`, `#[cfg(test)]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::NameValue(_) => false,
    })
}

const INTEGERS: &[&str] =
    &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// Bodies that do nothing, for the types whose simplest values are plain to see.
fn simplest_bodies(output: &syn::ReturnType) -> &'static [&'static str] {
    let syn::ReturnType::Type(_, output) = output else { return &["{}"] };
    let syn::Type::Path(path) = &**output else { return &[] };
    let Some(last) = path.path.segments.last() else { return &[] };
    match last.ident.to_string().as_str() {
        "bool" => &["{ true }", "{ false }"],
        "Option" => &["{ None }"],
        name if INTEGERS.contains(&name) => &["{ 0 }"],
        _ => &[],
    }
}

/// Whether a condition holds a `let`, whose names what follows may need.
fn binds(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

/// Whether a block can do without a statement, and does something else then.
fn has_effect(statement: &Stmt, is_last: bool, is_alone: bool) -> bool {
    let Stmt::Expr(expression, end) = statement else { return false };
    match expression {
        // The jump of `if c { return x; }` goes with the whole of it.
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => end.is_some() && !is_alone,
        Expr::If(branch) => branch.else_branch.is_none() || end.is_some() || !is_last,
        Expr::Match(_) | Expr::Loop(_) => end.is_some() || !is_last,
        Expr::ForLoop(_) | Expr::While(_) => true,
        Expr::Call(_) | Expr::MethodCall(_) | Expr::Try(_) => end.is_some(),
        _ => is_assignment(expression),
    }
}

fn is_assignment(expression: &Expr) -> bool {
    match expression {
        Expr::Assign(_) => true,
        Expr::Binary(binary) => matches!(
            binary.op,
            BinOp::AddAssign(_)
                | BinOp::SubAssign(_)
                | BinOp::MulAssign(_)
                | BinOp::DivAssign(_)
                | BinOp::RemAssign(_)
                | BinOp::BitXorAssign(_)
                | BinOp::BitAndAssign(_)
                | BinOp::BitOrAssign(_)
                | BinOp::ShlAssign(_)
                | BinOp::ShrAssign(_)
        ),
        _ => false,
    }
}

/// The operators that are easily taken for this one. Turning a comparison round is swapping its operands.
fn neighbours(op: &BinOp) -> Option<(&'static str, &'static [&'static str])> {
    Some(match op {
        BinOp::Lt(_) => ("comparison", &["<=", ">"]),
        BinOp::Le(_) => ("comparison", &["<", ">="]),
        BinOp::Gt(_) => ("comparison", &[">=", "<"]),
        BinOp::Ge(_) => ("comparison", &[">", "<="]),
        BinOp::Eq(_) => ("comparison", &["!="]),
        BinOp::Ne(_) => ("comparison", &["=="]),
        BinOp::Add(_) => ("arithmetic", &["-"]),
        BinOp::Sub(_) => ("arithmetic", &["+"]),
        BinOp::Mul(_) | BinOp::Rem(_) => ("arithmetic", &["/"]),
        BinOp::Div(_) => ("arithmetic", &["*"]),
        BinOp::AddAssign(_) => ("arithmetic", &["-="]),
        BinOp::SubAssign(_) => ("arithmetic", &["+="]),
        BinOp::MulAssign(_) => ("arithmetic", &["/="]),
        BinOp::DivAssign(_) => ("arithmetic", &["*="]),
        BinOp::BitAnd(_) => ("arithmetic", &["|"]),
        BinOp::BitOr(_) => ("arithmetic", &["&"]),
        BinOp::Shl(_) => ("arithmetic", &[">>"]),
        BinOp::Shr(_) => ("arithmetic", &["<<"]),
        _ => return None,
    })
}

/// A number as an author writes it.
fn number(value: u128, grouped: bool) -> String {
    let digits = value.to_string();
    if !grouped {
        return digits;
    }
    let first = digits.len() % 3;
    let mut out = digits[..first].to_string();
    for (i, c) in digits.chars().enumerate().skip(first) {
        if i % 3 == first && i > 0 {
            out.push('_');
        }
        out.push(c);
    }
    out
}
