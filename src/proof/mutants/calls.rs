//! Edits of calls: arguments swapped, saturation, clamping and rounding taken away.

use super::{Edit, Text};
use syn::Expr;
use syn::spanned::Spanned;

/// Methods whose receiver and argument are of one type, so that they can change places.
const LIKE_OPERATORS: &[&str] = &[
    "saturating_sub",
    "wrapping_sub",
    "checked_sub",
    "checked_div",
    "checked_rem",
    "div_ceil",
    "div_euclid",
    "rem_euclid",
];

/// Methods that are easily taken for each other.
const PAIRS: &[(&str, &str, &str)] = &[
    ("clamping", "min", "max"),
    ("negation", "is_some", "is_none"),
    ("negation", "is_ok", "is_err"),
    ("logic", "any", "all"),
    ("rounding", "floor", "ceil"),
];

/// `min(a, b)`, `Some(a)`, `f(a, b)`.
pub fn of_function(text: Text<'_>, call: &syn::ExprCall) -> Vec<Edit> {
    let mut edits = swapped(text, &call.args);
    let Expr::Path(path) = &*call.func else { return edits };
    let Some(last) = path.path.segments.last() else { return edits };
    let arguments: Vec<&Expr> = call.args.iter().collect();
    if let ("min" | "max", [a, b]) = (last.ident.to_string().as_str(), &arguments[..]) {
        let other = if last.ident == "min" { "max" } else { "min" };
        edits.push(edit(text, "clamping", &last.ident, other));
        edits.extend([a, b].map(|kept| edit(text, "clamping", call, operand(text, kept))));
    }
    edits
}

/// `a.min(b)`, `a.saturating_sub(b)`.
pub fn of_method(text: Text<'_>, call: &syn::ExprMethodCall) -> Vec<Edit> {
    let mut edits = swapped(text, &call.args);
    let name = call.method.to_string();
    for (operator, one, other) in PAIRS {
        for (from, to) in [(one, other), (other, one)] {
            if name == *from {
                edits.push(edit(text, operator, &call.method, *to));
            }
        }
    }
    let receiver = operand(text, &call.receiver);
    let arguments: Vec<String> = call.args.iter().map(|argument| operand(text, argument)).collect();
    match (name.as_str(), &arguments[..]) {
        ("min" | "max", [bound]) => {
            edits.extend([&receiver, bound].map(|kept| edit(text, "clamping", call, kept.as_str())));
        }
        ("clamp", [_, _]) | ("filter", [_]) => edits.push(edit(text, "clamping", call, receiver.as_str())),
        ("div_ceil", [divisor]) => {
            edits.push(edit(text, "rounding", call, format!("({receiver} / {divisor})")));
        }
        (_, [other]) if call.args.len() == 1 => {
            let written = text.of(&call.args[0]);
            if let Some(what) = name.strip_prefix("saturating_") {
                edits.push(edit(text, "saturation", call, format!("{receiver}.wrapping_{what}({written})")));
            } else if let Some(what) = name.strip_prefix("checked_")
                && ["add", "sub", "mul", "neg", "shl", "shr"].contains(&what)
            {
                let put = format!("Some({receiver}.wrapping_{what}({written}))");
                edits.push(edit(text, "saturation", call, put));
            } else if let Some(sign) = name.strip_prefix("wrapping_").and_then(sign) {
                edits.push(edit(text, "saturation", call, format!("({receiver} {sign} {other})")));
            }
        }
        _ => {}
    }
    if let (true, [other]) = (LIKE_OPERATORS.contains(&name.as_str()), &arguments[..]) {
        let put = format!("{other}.{name}({})", text.of(&*call.receiver));
        edits.push(edit(text, "operands", call, put));
    }
    edits
}

fn sign(operation: &str) -> Option<&'static str> {
    match operation {
        "add" => Some("+"),
        "sub" => Some("-"),
        "mul" => Some("*"),
        _ => None,
    }
}

/// Neighbouring arguments in each other's place, unless they are plainly of different types.
fn swapped(text: Text<'_>, arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>) -> Vec<Edit> {
    let arguments: Vec<&Expr> = arguments.iter().collect();
    let pairs = arguments.windows(2).filter(|pair| kind(pair[0]) == kind(pair[1]));
    pairs
        .map(|pair| {
            let [first, second] = [text.range(pair[0]), text.range(pair[1])];
            let between = &text.text[first.end..second.start];
            let put = format!("{}{between}{}", text.of(pair[1]), text.of(pair[0]));
            Edit { operator: "arguments", range: first.start..second.end, put }
        })
        .collect()
}

#[derive(PartialEq, Eq)]
enum Kind {
    Closure,
    Reference,
    Other,
}

fn kind(argument: &Expr) -> Kind {
    match argument {
        Expr::Closure(_) => Kind::Closure,
        Expr::Reference(_) => Kind::Reference,
        _ => Kind::Other,
    }
}

/// As one side of an operator, or before a dot: in parentheses unless nothing can pull it apart.
pub fn operand(text: Text<'_>, side: &Expr) -> String {
    let written = text.of(side);
    let is_whole = matches!(
        side,
        Expr::Path(_)
            | Expr::Field(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Tuple(_)
            | Expr::Try(_)
            | Expr::Macro(_)
    );
    if is_whole { written.to_string() } else { format!("({written})") }
}

fn edit(text: Text<'_>, operator: &'static str, piece: &impl Spanned, put: impl Into<String>) -> Edit {
    Edit { operator, range: text.range(piece), put: put.into() }
}
