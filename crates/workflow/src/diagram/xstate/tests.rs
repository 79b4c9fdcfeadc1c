use super::xstate;
use crate::tests::scene::{REQUEST_V1, parse};
use crate::tests::together::LEAD_V2;
use crate::text::Language;
use serde_json::{Value, json};

const MACHINE: &str = include_str!("kinds.toml");

fn machine(definition: &crate::Definition) -> Value {
    serde_json::from_str(&xstate(definition, Language::En)).unwrap()
}

#[test]
fn every_kind_of_state_is_written_in_the_words_of_xstate() {
    let machine = machine(&parse(MACHINE));
    assert_eq!(machine["id"], "all-kinds/v3");
    // `l2` lies deeper than a child of the machine.
    assert_eq!(machine["initial"]["target"], "begin/");
    assert_eq!(machine["initial"]["actions"], json!([{ "type": "mark", "params": { "mark": "seen" } }]));
    let states = &machine["states"];
    assert_eq!(states["begin/"]["always"], json!([{ "target": "#l2" }]));
    let both = &states["both"];
    assert_eq!((&both["type"], both.get("initial")), (&json!("parallel"), None));
    assert_eq!(both["states"]["left"]["initial"]["target"], "l1");
    assert_eq!(both["states"]["left"]["states"]["l3"]["type"], "final");
    let again = &both["states"]["again"];
    assert_eq!((&again["type"], &again["history"]), (&json!("history"), &json!("deep")));
}

#[test]
fn transitions_are_written_where_xstate_looks_for_their_trigger() {
    let machine = machine(&parse(MACHINE));
    let both = &machine["states"]["both"];
    let l2 = &both["states"]["left"]["states"]["l2"];
    assert_eq!(
        l2["on"]["go"],
        json!([
            {
                "target": "#l2",
                "guard": "fresh and (not(mark.seen))",
                "reenter": true,
                "actions": [{ "type": "raise", "params": { "raise": "seen" } }],
                "description": "Go (the owner)",
            },
            { "target": "#l3", "guard": "fresh", "description": "Go (the owner)" },
        ])
    );
    assert_eq!(both["states"]["right"]["on"]["raised.seen"], json!([{ "description": "Is seen" }]));
    assert_eq!(both["on"]["xstate.done.state.left"][0]["target"], "#over");
    assert_eq!(both["after"]["5wd"][0]["target"], "#over");
    assert_eq!(l2["entry"], json!([{ "type": "mark", "params": { "mark": "seen" } }]));
}

#[test]
fn delays_by_name_and_by_day_and_what_other_cases_tell_are_written_by_their_names() {
    let states = &machine(&LEAD_V2)["states"];
    assert_eq!(states["hung"]["after"]["case.check_on"][0]["target"], "#busy");
    assert_eq!(states["filed"]["after"]["hard"][0]["target"], "#replied");
    assert!(states["merged"]["on"]["told.master_replied"].is_array(), "{}", states["merged"]);
    assert_eq!(
        states["busy"]["on"]["give_back"][0]["actions"].as_array().unwrap().last().unwrap(),
        &json!({ "type": "tell", "params": { "tell": "recalled", "to": "children", "with": [] } })
    );
}

#[test]
fn states_stand_in_document_order_and_titles_in_the_language_asked_for() {
    let written = xstate(&REQUEST_V1, Language::Zh);
    let places: Vec<Option<usize>> =
        REQUEST_V1.states.keys().map(|key| written.find(&format!("\"id\": \"{key}\""))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    for state in REQUEST_V1.states.values() {
        assert!(written.contains(&format!("\"description\": \"{}\"", state.title.zh)));
    }
}
