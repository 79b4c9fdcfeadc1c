//! Where boxes lie, in pixels: columns by the longest way from where a state's parent begins, boxes within boxes.
use super::{Arrow, Content};
use crate::kernel::{Chart, StateId};

/// Space around boxes, and within them.
pub(super) const PAD: usize = 20;
/// The height of a title.
pub(super) const HEAD: usize = 28;
/// The height of a row.
pub(super) const ROW: usize = 32;
/// The height of a line below the rows.
pub(super) const LINE: usize = 16;
/// The size of small letters.
pub(super) const SMALL: usize = 11;
/// The size of other letters.
pub(super) const LETTER: usize = 13;
/// Between columns, where curves run.
const GAP: usize = 70;
const NARROWEST: usize = 150;
/// Small words beyond this are cut or wrapped.
const SMALL_WIDTH: usize = 250;

#[derive(Clone, Copy, Default)]
pub(super) struct Rect {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The place of every state, in document order, and the size of the whole.
pub(super) struct Layout {
    pub(super) places: Vec<Rect>,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Layout {
    /// Lays out a chart, the topmost boxes at `top`.
    pub(super) fn new(chart: &Chart, arrows: &[Arrow], contents: &[Content], top: usize) -> Self {
        let mut laying = Laying { chart, arrows, contents, places: vec![Rect::default(); contents.len()] };
        let (width, height) = laying.columns(None, PAD + GAP, top);
        Self { places: laying.places, width: PAD + GAP + width, height: top + height }
    }
}

struct Laying<'c> {
    chart: &'c Chart,
    arrows: &'c [Arrow],
    contents: &'c [Content],
    places: Vec<Rect>,
}

impl Laying<'_> {
    /// Lays out what lies directly within a state, from its upper left corner; answers width and height.
    fn columns(&mut self, of: Option<StateId>, left: usize, top: usize) -> (usize, usize) {
        let children = self.chart.children(of);
        let ranks = self.ranks(&children);
        let (mut x, mut height) = (left, 0);
        for rank in 0..=ranks.iter().copied().max().unwrap_or_default() {
            let (mut y, mut widest) = (top, 0);
            for (child, _) in children.iter().zip(&ranks).filter(|(_, of)| **of == rank) {
                let place = self.state(*child, x, y);
                y += place.height + PAD;
                widest = widest.max(place.width);
            }
            height = height.max(y - top);
            x += widest + GAP;
        }
        ((x - left).saturating_sub(GAP), height.saturating_sub(PAD))
    }

    fn state(&mut self, id: StateId, x: usize, y: usize) -> Rect {
        let (mut width, mut height) = self.own_size(id);
        if !self.chart.state(id).children.is_empty() {
            let inner = self.columns(Some(id), x + PAD + GAP / 2, y + height + PAD / 2);
            width = width.max(inner.0 + 2 * PAD + GAP);
            height += inner.1 + PAD + PAD / 2;
        }
        let place = Rect { x, y, width, height };
        self.places[id.0] = place;
        place
    }

    /// The size of a box for its own words alone.
    fn own_size(&self, id: StateId) -> (usize, usize) {
        let content = &self.contents[id.0];
        let row = |row: &super::Row| {
            let target = length(&self.contents[row.to.0].title, SMALL) + 3 * SMALL;
            let second = target + length(&row.rest, SMALL);
            length(&row.title, LETTER).max(target.max(second.min(SMALL_WIDTH)))
        };
        let rows = content.rows.iter().map(row);
        let stays = content.stays.iter().map(|line| length(line, SMALL));
        let widest = rows.chain(stays).chain([length(&content.title, LETTER + 2)]).max().unwrap_or_default();
        let height = HEAD + content.rows.len() * ROW + content.stays.len() * LINE + PAD / 4;
        (NARROWEST.max(widest + PAD), height)
    }

    /// The column of each of `children`: the longest way there by arrows that go on in document order.
    fn ranks(&self, children: &[StateId]) -> Vec<usize> {
        let at = |state: StateId| {
            children.iter().position(|child| *child == state || self.chart.is_within(state, *child))
        };
        let mut ways: Vec<(usize, usize)> = self
            .arrows
            .iter()
            .filter_map(|arrow| Some((at(arrow.from)?, at(arrow.to)?)))
            .filter(|(from, to)| from < to)
            .collect();
        ways.sort_unstable();
        let mut ranks = vec![0; children.len()];
        for (from, to) in ways {
            ranks[to] = ranks[to].max(ranks[from] + 1);
        }
        ranks
    }
}

/// Puts short texts in as few lines as fit.
pub(super) fn wrap(texts: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for text in texts {
        match lines.last_mut() {
            Some(line) if length(line, SMALL) + length(text, SMALL) + SMALL <= SMALL_WIDTH => {
                line.push_str(" · ");
                line.push_str(text);
            }
            _ => lines.push(format!("↻ {text}")),
        }
    }
    lines
}

/// As much of `text` as fits into `width`.
pub(super) fn fit(text: &str, width: usize, size: usize) -> String {
    if length(text, size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if length(&kept, size) + size > width {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// About how wide a text is: Chinese letters and signs are square, others about half as wide.
pub(super) fn length(text: &str, size: usize) -> usize {
    text.chars().map(|c| if u32::from(c) >= 0x2000 { 100 } else { 53 }).sum::<usize>() * size / 100
}
