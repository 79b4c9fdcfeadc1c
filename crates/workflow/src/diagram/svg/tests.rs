use super::layout::fit;
use super::svg;
use crate::tests::scene::{REQUEST_V1, parse, shipped};
use crate::text::Language;
use roxmltree::{Document, Node};

fn written(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|inner| inner.text()).collect()
}

/// What is written in a picture, a text or a tip each.
fn words(drawn: &str) -> Vec<String> {
    let document = Document::parse(drawn).unwrap();
    let says = |node: &Node| node.has_tag_name("text") || node.has_tag_name("title");
    document.descendants().filter(says).map(written).collect()
}

#[test]
fn every_state_and_everything_that_happens_stands_in_the_picture_in_either_language() {
    for (path, definition) in shipped() {
        for language in Language::ALL {
            let words = words(&svg(&definition, language));
            let states = definition.states.values().map(|state| &state.title);
            let actions = definition.actions.values().map(|action| &action.title);
            let automatics = definition.automatics.values().map(|automatic| &automatic.title);
            for title in states.chain(actions).chain(automatics) {
                let title = title.get(language);
                assert!(words.iter().any(|word| word.contains(title)), "{path}: {title}");
            }
        }
    }
}

#[test]
fn one_definition_gives_one_picture() {
    for (_, definition) in shipped() {
        assert_eq!(svg(&definition, Language::Zh), svg(&definition, Language::Zh));
    }
}

#[test]
fn titles_stay_words_whatever_they_hold() {
    let text = crate::tests::scene::REQUEST
        .replace(r#"en = "Closed""#, r#"en = "<b> & \"c\" \u0001\uFFFF""#)
        .replace(r#"en = "Accept""#, r#"en = "]]> --> &amp;""#);
    let words = words(&svg(&parse(&text), Language::En));
    for title in ["<b> & \"c\"   ", "]]> --> &amp;"] {
        assert!(words.iter().any(|word| word == title), "{title}: {words:?}");
    }
}

#[test]
fn boxes_lie_in_the_picture_and_cross_only_those_that_they_lie_in() {
    for (path, definition) in shipped() {
        for language in Language::ALL {
            let drawn = svg(&definition, language);
            let document = Document::parse(&drawn).unwrap();
            let number =
                |node: Node, name| node.attribute(name).map_or(0, |value| value.parse::<u32>().unwrap());
            let boxes: Vec<[u32; 4]> = document
                .descendants()
                .filter(|node| node.has_tag_name("rect"))
                .map(|node| {
                    let (x, y) = (number(node, "x"), number(node, "y"));
                    [x, y, x + number(node, "width"), y + number(node, "height")]
                })
                .collect();
            let within =
                |a: &[u32; 4], b: &[u32; 4]| a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
            for (at, one) in boxes.iter().enumerate() {
                assert!(within(one, &boxes[0]), "{path}: {one:?}");
                for other in &boxes[..at] {
                    let apart =
                        one[0] >= other[2] || other[0] >= one[2] || one[1] >= other[3] || other[1] >= one[3];
                    assert!(apart || within(one, other) || within(other, one), "{path}: {one:?} {other:?}");
                }
            }
        }
    }
}

#[test]
fn what_leads_on_has_a_curve_and_what_stays_has_none() {
    let drawn = svg(&REQUEST_V1, Language::En);
    let document = Document::parse(&drawn).unwrap();
    let rows = document.descendants().filter(|node| node.has_tag_name("tspan")).count();
    let curves = document.descendants().filter(|node| node.attribute("stroke").is_some()).count();
    assert!(rows > REQUEST_V1.states.len(), "{rows} rows");
    // One more leads into the process.
    assert_eq!(curves, rows + 1);
    let words = words(&drawn);
    assert!(words.contains(&"↻ Dispatch".into()) && words.contains(&"Dispatch (the dispatcher)".into()));
}

#[test]
fn what_is_too_long_is_cut_with_a_sign() {
    assert_eq!(fit("待签收", 33, 11), "待签收");
    assert_eq!(fit("待企业补充", 33, 11), "待企…");
}
