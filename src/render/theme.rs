//! Roles of text and their looks. Plain unless told otherwise; the only user of `colored`.

use colored::{Color, ColoredString, Colorize};

/// How text looks: colours on or off, Unicode symbols or ASCII.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    pub color: bool,
    pub unicode: bool,
}

impl Theme {
    /// No colours, ASCII only.
    pub fn plain() -> Theme {
        Theme::default()
    }

    fn paint(self, text: &str, style: impl FnOnce(&str) -> ColoredString) -> String {
        if !self.color || text.is_empty() {
            return text.to_string();
        }
        let styled = style(text);
        let mut out = String::new();
        // `colored` decides about colours by global state; the decision here is the caller's.
        let codes = codes(&styled);
        if codes.is_empty() {
            return text.to_string();
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            if !line.is_empty() {
                out.push_str("\x1b[");
                out.push_str(&codes);
                out.push('m');
                out.push_str(line);
                out.push_str("\x1b[0m");
            }
        }
        out
    }

    /// Something holds.
    pub fn good(self, text: &str) -> String {
        self.paint(text, |t| t.green())
    }

    /// Something broke.
    pub fn bad(self, text: &str) -> String {
        self.paint(text, |t| t.red())
    }

    /// Worth a look, not broken.
    pub fn warn(self, text: &str) -> String {
        self.paint(text, |t| t.yellow())
    }

    /// Names and things to type.
    pub fn name(self, text: &str) -> String {
        self.paint(text, |t| t.cyan())
    }

    pub fn strong(self, text: &str) -> String {
        self.paint(text, |t| t.bold())
    }

    pub fn heading(self, text: &str) -> String {
        self.paint(text, |t| t.bold().cyan())
    }

    /// Background information.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, |t| t.dimmed())
    }

    pub fn emphasis(self, text: &str) -> String {
        self.paint(text, |t| t.italic())
    }

    /// One of several curves: colours that most people tell apart. Never the only difference.
    pub fn curve(self, number: usize, text: &str) -> String {
        let colors = [Color::Cyan, Color::Yellow, Color::Magenta, Color::Green, Color::Blue, Color::Red];
        self.paint(text, |t| t.color(colors[number % colors.len()]))
    }

    pub fn tick(self) -> &'static str {
        if self.unicode { "✓" } else { "ok" }
    }

    pub fn cross(self) -> &'static str {
        if self.unicode { "✗" } else { "!!" }
    }

    /// Neither: not run, not written.
    pub fn open(self) -> &'static str {
        if self.unicode { "○" } else { "--" }
    }

    pub fn bullet(self) -> &'static str {
        if self.unicode { "•" } else { "*" }
    }

    pub fn arrow(self) -> &'static str {
        if self.unicode { "→" } else { "->" }
    }

    pub fn bar(self) -> &'static str {
        if self.unicode { "│" } else { "|" }
    }

    pub fn rule(self) -> &'static str {
        if self.unicode { "─" } else { "-" }
    }
}

fn codes(styled: &ColoredString) -> String {
    use colored::Styles;
    let mut codes: Vec<String> = Vec::new();
    for (style, code) in [(Styles::Bold, "1"), (Styles::Dimmed, "2"), (Styles::Italic, "3")] {
        if styled.style.contains(style) {
            codes.push(code.to_string());
        }
    }
    if let Some(color) = styled.fgcolor {
        codes.push(match color {
            Color::Red => "31".to_string(),
            Color::Green => "32".to_string(),
            Color::Yellow => "33".to_string(),
            Color::Cyan => "36".to_string(),
            other => other.to_fg_str().to_string(),
        });
    }
    codes.join(";")
}
