//! A grid of characters that lines are drawn on: with braille dots, eight to a character, or with a mark for each
//! curve. Knows of curves only their numbers.

use super::scale::nearest;

/// What stands for each curve, where it can't be told by colour.
const ASCII: [char; 6] = ['*', '+', 'o', 'x', '#', '@'];
const UNICODE: [char; 6] = ['•', '+', '○', '×', '■', '◇'];

/// The mark of a curve.
pub fn mark(curve: usize, unicode: bool) -> char {
    let marks = if unicode { UNICODE } else { ASCII };
    marks[curve % marks.len()]
}

/// Along a line of dots each curve's mark comes again after so many columns.
const GAP: usize = 12;

#[derive(Clone, Copy, Default)]
struct Cell {
    /// Braille dots.
    dots: u8,
    /// A bit for each curve that comes through here.
    curves: u8,
    /// A curve with a single point here, which a dot would hide.
    lone: Option<usize>,
    /// A horizontal line.
    level: bool,
    /// A vertical line.
    guide: bool,
}

pub struct Canvas {
    columns: usize,
    rows: usize,
    /// Draws dots instead of marks.
    unicode: bool,
    cells: Vec<Cell>,
}

/// The row at a height from 0 to 1.
fn from_top(y: f64, rows: usize) -> usize {
    rows - 1 - nearest(y, rows)
}

/// What is to be shown in one place: a character and, if it is a curve's, whose.
pub type Shown = (char, Option<usize>);

impl Canvas {
    pub fn new(columns: usize, rows: usize, unicode: bool) -> Canvas {
        Canvas { columns, rows, unicode, cells: vec![Cell::default(); columns * rows] }
    }

    /// The dot at a place between 0 and 1 from left and bottom. The ends of the height are in the middle of the first
    /// and the last row, where the labels are.
    fn dot(&self, (x, y): (f64, f64)) -> (i64, i64) {
        let number = |dot: usize| i64::try_from(dot).unwrap_or(0);
        if self.unicode {
            (number(nearest(x, self.columns * 2)), number(from_top(y, self.rows * 4 - 3) + 1))
        } else {
            (number(nearest(x, self.columns)), number(from_top(y, self.rows)))
        }
    }

    /// Draws a curve through places between 0 and 1 from left and bottom.
    pub fn curve(&mut self, curve: usize, places: &[(f64, f64)]) {
        let dots: Vec<(i64, i64)> = places.iter().map(|place| self.dot(*place)).collect();
        if let [(x, y)] = places {
            let cell = from_top(*y, self.rows) * self.columns + nearest(*x, self.columns);
            self.cells[cell].lone = Some(curve);
        }
        for pair in dots.windows(2) {
            self.line(pair[0], pair[1], curve);
        }
    }

    /// A straight line: as many steps as its longer side has dots.
    fn line(&mut self, from: (i64, i64), to: (i64, i64), curve: usize) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.abs().max(dy.abs()).max(1);
        let part = |d: i64, i: i64| (d * i * 2 + steps * d.signum()) / (steps * 2);
        for i in 0..=steps {
            self.set((from.0 + part(dx, i), from.1 + part(dy, i)), curve);
        }
    }

    fn cell(&self, (x, y): (usize, usize)) -> Option<usize> {
        let (across, down) = if self.unicode { (2, 4) } else { (1, 1) };
        let (column, row) = (x / across, y / down);
        (column < self.columns && row < self.rows).then_some(row * self.columns + column)
    }

    fn set(&mut self, dot: (i64, i64), curve: usize) {
        /// Bits of the dots in a braille character, by row and column.
        const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let (Ok(x), Ok(y)) = (usize::try_from(dot.0), usize::try_from(dot.1)) else { return };
        let Some(cell) = self.cell((x, y)) else { return };
        self.cells[cell].dots |= DOTS[y % 4][x % 2];
        self.cells[cell].curves |= 1 << (curve % 8);
    }

    /// A line across, below everything else.
    pub fn level(&mut self, y: f64) {
        let row = from_top(y, self.rows);
        for cell in self.cells.iter_mut().skip(row * self.columns).take(self.columns) {
            cell.level = true;
        }
    }

    /// A line from top to bottom, below everything else.
    pub fn guide(&mut self, column: usize) {
        for cell in self.cells.iter_mut().skip(column).step_by(self.columns) {
            cell.guide = true;
        }
    }

    /// The characters of a row, of a picture of so many curves.
    pub fn row(&self, row: usize, curves: usize) -> Vec<Shown> {
        (0..self.columns).map(|column| self.shown(row, column, curves)).collect()
    }

    fn shown(&self, row: usize, column: usize, curves: usize) -> Shown {
        let cell = self.cells[row * self.columns + column];
        if let Some(curve) = cell.lone {
            return (mark(curve, self.unicode), Some(curve));
        }
        // Curves that lie on each other take turns.
        let here: Vec<usize> = (0..8).filter(|curve| cell.curves & (1 << curve) != 0).collect();
        let Some(curve) = here.get(column % here.len().max(1)).copied() else {
            let (level, guide) = if self.unicode { ('┄', '┊') } else { ('-', ':') };
            let line = if cell.guide { guide } else { ' ' };
            return (if cell.level { level } else { line }, None);
        };
        if !self.unicode {
            return (mark(curve, false), Some(curve));
        }
        let due = here.iter().find(|curve| self.is_marked(**curve, row, column, curves));
        match due {
            Some(curve) => (mark(*curve, true), Some(*curve)),
            None => (char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or(' '), Some(curve)),
        }
    }

    /// Whether a curve's mark stands here: where it comes through first from above, every so many columns, those of
    /// several curves not in the same.
    fn is_marked(&self, curve: usize, row: usize, column: usize, curves: usize) -> bool {
        let due = curves > 1 && column % GAP == (2 + curve * GAP / curves) % GAP;
        let above = |row: usize| self.cells[row * self.columns + column].curves & (1 << curve) != 0;
        due && !(0..row).any(above)
    }
}
