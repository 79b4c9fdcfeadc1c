//! A process as a picture that needs no other program: SVG, laid out here.
//!
//! A state is a box with its ways out as rows; each row names where it leads, and a curve in the colour of its target goes
//! there. What leaves a case where it is stands below the rows. States within states are boxes within boxes.
mod layout;
#[cfg(test)]
mod tests;

use super::{Arrow, arrows, by};
use crate::definition::Definition;
use crate::kernel::{Kind, StateId};
use crate::text::Language;
use layout::{HEAD, LETTER, LINE, Layout, PAD, ROW, Rect, SMALL, fit, length};
use std::fmt::Write as _;

/// One per target, in turn; each is dark enough to be read on white.
const COLORS: [&str; 8] =
    ["#1d4ed8", "#b45309", "#047857", "#be123c", "#6d28d9", "#0e7490", "#4d7c0f", "#a21caf"];

const STYLE: &str = "text{font-family:'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;\
fill:#1f2937;font-size:13px}.h{font-weight:600;font-size:14px}.s{font-size:11px;fill:#6b7280}\
rect{fill:#fff;stroke:#64748b;rx:6px}.c{fill:#f1f5f9}.i{fill:#e2e8f0}.r{stroke-dasharray:6 4}\
path{fill:none;stroke-width:1.4;opacity:.75}";

/// The ways from a state that share what sets them off and where they lead.
struct Row {
    to: StateId,
    title: String,
    /// Who takes the first of them or what sets it off, and what else is to be said of it.
    rest: String,
    /// Everything, for whoever points at the row.
    whole: String,
}

/// What is written in a state's box.
#[derive(Default)]
struct Content {
    title: String,
    rows: Vec<Row>,
    /// What leaves a case in the state, in lines that fit.
    stays: Vec<String>,
    /// The same with everything, for whoever points at them.
    stays_whole: Vec<String>,
}

/// Draws `definition` as an SVG document, titles in `language`. The same definition gives the same text.
#[must_use]
pub fn svg(definition: &Definition, language: Language) -> String {
    let arrows = arrows(definition, language);
    let chart = &definition.chart;
    let contents: Vec<Content> =
        chart.states().map(|(id, _)| content(definition, &arrows, id, language)).collect();
    let opens = definition.opening().map(|(_, action)| by(definition, &action.title, &action.by, language));
    let opens = opens.unwrap_or_default();
    let layout = Layout::new(chart, &arrows, &contents, 3 * PAD + LINE);
    let width = PAD + layout.width.max(2 * PAD + length(&opens, LETTER));
    let height = PAD + layout.height;
    let mut picture = Picture { definition, language, contents, layout, body: String::new() };
    picture.draw(&opens);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" lang=\"{}\">\n<style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" style=\"stroke:none\"/>\n{}</svg>\n",
        language.as_str(),
        picture.body
    )
}

fn content(definition: &Definition, arrows: &[Arrow], id: StateId, language: Language) -> Content {
    let state = definition.chart.state(id);
    let title = definition.states.get(&state.key).map_or("", |state| state.title.get(language));
    let mut content = Content { title: title.to_owned(), ..Content::default() };
    let chart = &definition.chart;
    // The regions of a parallel state all begin.
    let one = state.parent.filter(|parent| chart.state(*parent).kind != Kind::Parallel);
    if one.is_some_and(|parent| chart.default_targets(parent).contains(&id)) {
        content.title.insert_str(0, "● ");
    }
    if let Kind::History { deep } = state.kind {
        content.title.push_str(if deep { " (H*)" } else { " (H)" });
    }
    let mut stays: Vec<&str> = vec![];
    for arrow in arrows.iter().filter(|arrow| arrow.from == id) {
        let whole = arrow.whole();
        if arrow.to == id {
            if !stays.contains(&&*arrow.title) {
                stays.push(&arrow.title);
            }
            content.stays_whole.push(whole);
            continue;
        }
        match content.rows.iter_mut().find(|row| row.to == arrow.to && row.title == arrow.title) {
            Some(row) => {
                row.whole.push('\n');
                row.whole.push_str(&whole);
            }
            None => content.rows.push(Row {
                to: arrow.to,
                title: arrow.title.clone(),
                // Signs that fonts have which know no coloured pictures.
                rest: format!("{}{}", arrow.sign.replace('⏱', "◷").replace('📅', "▦"), arrow.rest)
                    .trim()
                    .into(),
                whole,
            }),
        }
    }
    content.stays = layout::wrap(&stays);
    content
}

struct Picture<'d> {
    definition: &'d Definition,
    language: Language,
    contents: Vec<Content>,
    layout: Layout,
    body: String,
}

impl Picture<'_> {
    /// Boxes around others, then curves, then boxes and words, so that nothing hides a word.
    fn draw(&mut self, opens: &str) {
        let chart = &self.definition.chart;
        let inner = |id: StateId| chart.state(id).children.is_empty();
        let ids: Vec<StateId> = chart.states().map(|(id, _)| id).collect();
        for id in ids.iter().filter(|id| !inner(**id)) {
            self.frame(*id);
        }
        self.opening(opens);
        for id in &ids {
            self.curves(*id);
        }
        for id in ids.iter().filter(|id| inner(**id)) {
            self.frame(*id);
        }
        for id in &ids {
            self.words(*id);
        }
    }

    fn frame(&mut self, id: StateId) {
        let chart = &self.definition.chart;
        let state = chart.state(id);
        let Rect { x, y, width, height } = self.layout.places[id.0];
        let region = state.parent.is_some_and(|parent| chart.state(parent).kind == Kind::Parallel);
        let class = match (state.children.is_empty(), state.parent) {
            (true, _) => "",
            (false, None) => "c",
            (false, Some(_)) => "i",
        };
        let region = if region { " r" } else { "" };
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}{region}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             style=\"stroke:{}\"/>",
            color(id)
        );
        if state.kind == Kind::Final {
            let (x, y, width, height) = (x + 3, y + 3, width - 6, height - 6);
            let _ = writeln!(
                self.body,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" style=\"stroke:{}\"/>",
                color(id)
            );
        }
    }

    fn opening(&mut self, opens: &str) {
        for to in self.definition.chart.beginning() {
            let Rect { x, y, .. } = self.layout.places[to.0];
            let (x, y) = (x.saturating_sub(8), y + HEAD / 2);
            let from = (PAD + 5, PAD + LINE / 2);
            let _ = writeln!(
                self.body,
                "<circle cx=\"{}\" cy=\"{}\" r=\"5\"/>\n{}",
                from.0,
                from.1,
                curve([from, (from.0, y), (from.0, y), (x, y)], true, color(to))
            );
            self.text((from.0 + 12, PAD + 13), "t", opens);
        }
    }

    /// A curve from each row of a state to the box it leads to.
    fn curves(&mut self, id: StateId) {
        let own = self.layout.places[id.0];
        let chart = &self.definition.chart;
        for (at, row) in self.contents[id.0].rows.iter().enumerate() {
            let to = self.layout.places[row.to.0];
            let (y, end) = (own.y + HEAD + at * ROW + ROW / 2, to.y + HEAD / 2);
            // Outwards from the left or the right side of a box: where it begins, and where it ends.
            let (leaves_right, enters_right) = if chart.is_within(row.to, id) {
                (false, false)
            } else if chart.is_within(id, row.to) || to.x <= own.x + own.width && own.x <= to.x + to.width {
                (true, true)
            } else {
                (to.x > own.x, to.x < own.x)
            };
            let side = |rect: Rect, right: bool| if right { rect.x + rect.width } else { rect.x };
            let start = side(own, leaves_right);
            let head = if enters_right { side(to, true) + 8 } else { side(to, false).saturating_sub(8) };
            let bend = (start.abs_diff(head) / 3).clamp(40, 140);
            let out = |x: usize, right: bool| if right { x + bend } else { x.saturating_sub(bend) };
            let (one, two) = (out(start, leaves_right), out(head, enters_right));
            let curve = curve([(start, y), (one, y), (two, end), (head, end)], !enters_right, color(row.to));
            let _ = writeln!(self.body, "{curve}");
        }
    }

    fn words(&mut self, id: StateId) {
        let Rect { x, y, width, .. } = self.layout.places[id.0];
        let content = std::mem::take(&mut self.contents[id.0]);
        let (left, room) = (x + PAD / 2, width - PAD);
        self.text((left, y + 19), "h", &content.title);
        let mut at = y + HEAD;
        for row in &content.rows {
            let state = &self.definition.chart.state(row.to).key;
            let target = self.definition.states.get(state).map_or("", |state| state.title.get(self.language));
            let _ = writeln!(self.body, "<g><title>{}</title>", escaped(&row.whole));
            self.text((left, at + 13), "t", &row.title);
            let target = format!("→ {target}");
            let rest = fit(&row.rest, room.saturating_sub(length(&target, SMALL) + SMALL), SMALL);
            let _ = writeln!(
                self.body,
                "<text x=\"{left}\" y=\"{}\" class=\"s\"><tspan style=\"fill:{}\">{}</tspan> {}</text>",
                at + 27,
                color(row.to),
                escaped(&target),
                escaped(&rest)
            );
            self.body.push_str("</g>\n");
            at += ROW;
        }
        let _ = writeln!(self.body, "<g><title>{}</title>", escaped(&content.stays_whole.join("\n")));
        for line in &content.stays {
            self.text((left, at + 12), "s", line);
            at += LINE;
        }
        self.body.push_str("</g>\n");
    }

    fn text(&mut self, (x, y): (usize, usize), class: &str, text: &str) {
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escaped(text));
    }
}

/// A Bézier curve by its points, with a head that points to the right or to the left.
fn curve(points: [(usize, usize); 4], right: bool, color: &str) -> String {
    let [a, b, c, d] = points.map(|(x, y)| format!("{x} {y}"));
    let (head, back) = (points[3], if right { "8" } else { "-8" });
    format!(
        "<path d=\"M{a}C{b} {c} {d}\" stroke=\"{color}\"/>\n\
         <path d=\"M{} {}v8l{back} -4z\" style=\"fill:{color};opacity:1\"/>",
        head.0,
        head.1 - 4
    )
}

const fn color(id: StateId) -> &'static str {
    COLORS[id.0 % COLORS.len()]
}

/// Text as XML takes it; what XML cannot say at all is a space.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
