//! Connections: bounds, cursors, orders, filters, counts.
use crate::client::{NOW, Visitor, house, list, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const CASES: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $order: CaseOrderInput, $filter: CaseFilterInput) {
    cases(first: $first, after: $after, last: $last, before: $before, order: $order, filter: $filter) { totalCount
        edges { cursor node { id } } nodes { id number phase openedAt updatedAt dueAt undated process { key } company { id } title
            assignments { unit { id } person { id } } clocks { overdue } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
const TIMELINE: &str =
    "query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { case(id: $id) {
    timeline(first: $first, after: $after, last: $last, before: $before) { totalCount edges { cursor }
        nodes { id version } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

/// Cases of the demonstration: what other tests file stands at the present instant.
fn settled(more: &Value) -> Value {
    let mut filter = more.clone();
    if filter["openedTo"].is_null() {
        filter["openedTo"] = json!(NOW);
    }
    filter
}

/// All rows by pages of `size`, forward or backward, and the total that each page told.
fn walk(page: impl Fn(Value) -> Value, size: usize, backward: bool) -> (Vec<Value>, i64) {
    let (mut rows, mut cursor) = (vec![], Value::Null);
    loop {
        let asked = if backward {
            json!({"last": size, "before": cursor})
        } else {
            json!({"first": size, "after": cursor})
        };
        let mut page = page(asked);
        let nodes = page["nodes"].as_array_mut().expect("rows");
        assert!(nodes.len() <= size);
        if backward {
            nodes.reverse();
        }
        rows.append(nodes);
        let (more, next, other) = if backward {
            ("hasPreviousPage", "startCursor", "hasNextPage")
        } else {
            ("hasNextPage", "endCursor", "hasPreviousPage")
        };
        assert_eq!(page["pageInfo"][other], !cursor.is_null(), "{page}");
        if page["pageInfo"][more] == false {
            return (rows, page["totalCount"].as_i64().expect("a count"));
        }
        cursor = page["pageInfo"][next].take();
        assert!(!cursor.is_null(), "what goes on is not empty: {page}");
    }
}

fn cases(visitor: &Visitor, filter: &Value, order: &Value, size: usize, backward: bool) -> (Vec<Value>, i64) {
    let page = |mut asked: Value| {
        asked["filter"] = filter.clone();
        asked["order"] = order.clone();
        visitor.ask(CASES, &asked)["cases"].take()
    };
    walk(page, size, backward)
}

#[test]
fn each_order_backward_is_the_same_order_forward_reversed() {
    let clerk = house().visitor("clerk");
    let keys = BTreeMap::from([
        ("OPENED_AT", "openedAt"),
        ("UPDATED_AT", "updatedAt"),
        ("DUE_AT", "dueAt"),
        ("NUMBER", "number"),
    ]);
    for (field, key) in keys {
        for direction in ["ASC", "DESC"] {
            let order = json!({"field": field, "direction": direction});
            let (forward, total) = cases(&clerk, &settled(&json!({})), &order, 7, false);
            let (mut backward, _) = cases(&clerk, &settled(&json!({})), &order, 4, true);
            backward.reverse();
            assert_eq!(forward, backward, "{order}");
            assert!(total > 30 && usize::try_from(total) == Ok(forward.len()), "{order}: {total}");
            let ids: BTreeSet<&str> = forward.iter().map(|case| text(&case["id"])).collect();
            assert_eq!(ids.len(), forward.len(), "{order}: no case twice");
            let (dated, undated) =
                forward.split_at(forward.iter().take_while(|case| !case[key].is_null()).count());
            assert!(undated.iter().all(|case| case[key].is_null()), "{order}: without a key last");
            let sorted = |a: &Value, b: &Value| {
                let (a, b) = (text(&a[key]), text(&b[key]));
                if direction == "ASC" { a <= b } else { a >= b }
            };
            assert!(dated.is_sorted_by(sorted), "{order}");
        }
    }
}

/// Whether a filter is to find a case.
type Holds<'h> = Box<dyn Fn(&Value) -> bool + 'h>;

#[test]
fn each_filter_finds_the_cases_it_says_and_counts_them() {
    let house = house();
    let (clerk, handler) = (house.visitor("clerk"), house.visitor("technology"));
    let order = json!({"field": "NUMBER", "direction": "ASC"});
    let (all, _) = cases(&clerk, &settled(&json!({})), &order, 20, false);
    let taken = handler.ask("{ me { person { id } } }", &json!({}))["me"]["person"]["id"].take();
    let (company, unit) = (
        all.iter()
            .map(|case| case["company"]["id"].clone())
            .find(Value::is_string)
            .expect("a company's case"),
        all.iter().find_map(|case| case["assignments"][0]["unit"]["id"].as_str()),
    );
    let (middle, unit) = (all[all.len() / 2]["openedAt"].clone(), json!(unit.expect("an assigned case")));
    let part: String = text(&all[5]["title"]).chars().skip(1).take(3).collect();
    let overdue = |case: &Value| list(&case["clocks"]).iter().any(|clock| clock["overdue"] == true);
    let filters: Vec<(Value, Holds<'_>)> = vec![
        (
            json!({"phases": ["RECEIVED", "DONE"]}),
            Box::new(|case| ["RECEIVED", "DONE"].contains(&text(&case["phase"]))),
        ),
        (json!({"process": "request"}), Box::new(|case| case["process"]["key"] == "request")),
        (json!({"process": "visit"}), Box::new(|_| false)),
        (json!({"company": company}), Box::new(|case| case["company"]["id"] == company)),
        (
            json!({"unit": unit}),
            Box::new(|case| list(&case["assignments"]).iter().any(|one| one["unit"]["id"] == unit)),
        ),
        (json!({"overdue": true}), Box::new(overdue)),
        (json!({"undated": false}), Box::new(|case| case["undated"] == false)),
        (json!({"undated": true}), Box::new(|case| case["undated"] == true)),
        (json!({"text": part}), Box::new(|case| text(&case["title"]).contains(&part))),
        (json!({"text": all[2]["number"]}), Box::new(|case| case["number"] == all[2]["number"])),
        (json!({"openedFrom": middle}), Box::new(|case| text(&case["openedAt"]) >= text(&middle))),
        (json!({"openedTo": middle}), Box::new(|case| text(&case["openedAt"]) < text(&middle))),
        (json!({"company": "nonsense"}), Box::new(|_| false)),
        (json!({"unit": company}), Box::new(|_| false)),
        (json!({"text": "no such text"}), Box::new(|_| false)),
    ];
    let numbers = |cases: &[Value]| -> Vec<String> {
        cases.iter().map(|case| text(&case["number"]).to_owned()).collect()
    };
    for (filter, holds) in filters {
        let wanted: Vec<Value> = all.iter().filter(|case| holds(case)).cloned().collect();
        let (found, total) = cases(&clerk, &settled(&filter), &order, 5, false);
        assert_eq!(numbers(&found), numbers(&wanted), "{filter}");
        assert_eq!(usize::try_from(total), Ok(wanted.len()), "{filter}");
    }
    let wanted: Vec<Value> =
        all.iter().filter(|case| case["assignments"][0]["person"]["id"] == taken).cloned().collect();
    let (found, _) = cases(&handler, &settled(&json!({"mine": true})), &order, 5, false);
    assert_eq!(numbers(&found), numbers(&wanted));
    assert!(!wanted.is_empty() && all.iter().any(overdue), "the demonstration has such cases");
}

#[test]
fn a_timeline_is_the_same_from_both_ends() {
    let clerk = house().visitor("clerk");
    let longest = clerk.cases("id version openedAt").into_iter().filter(|case| text(&case["openedAt"]) < NOW);
    let longest = longest.max_by_key(|case| case["version"].as_i64()).expect("a case");
    for size in [1, 3, 100] {
        let page = |mut asked: Value| {
            asked["id"] = longest["id"].clone();
            clerk.ask(TIMELINE, &asked)["case"]["timeline"].take()
        };
        let ((forward, total), (mut backward, _)) = (walk(page, size, false), walk(page, size, true));
        backward.reverse();
        assert_eq!(forward, backward, "by {size}");
        let versions: Vec<i64> = forward.iter().filter_map(|event| event["version"].as_i64()).collect();
        assert_eq!(versions, (1..=total).collect::<Vec<_>>());
        assert_eq!(json!(total), longest["version"]);
    }
}

#[test]
fn bounds_that_are_none_are_told_so() {
    let clerk = house().visitor("clerk");
    let case = clerk.cases("id")[0]["id"].clone();
    for bounds in [
        json!({"first": 0}),
        json!({"first": -1}),
        json!({"first": 101}),
        json!({"last": 0}),
        json!({"last": 101}),
        json!({"first": i32::MIN}),
        json!({"first": i32::MAX}),
        json!({"first": 1, "last": 1}),
    ] {
        let mut asked = bounds.clone();
        asked["id"] = case.clone();
        for answer in [clerk.answer(CASES, &bounds), clerk.answer(TIMELINE, &asked)] {
            let code = answer.code();
            let too_much = code == "GRAPHQL_VALIDATION_FAILED" && answer.text.contains("complex");
            assert!(code == "BAD_INPUT" || too_much, "{bounds}: {answer:?}");
        }
    }
    for wrong in [json!("7"), json!(1.5), json!(9_999_999_999_i64)] {
        let answer = clerk.answer(CASES, &json!({"first": wrong}));
        assert!(!answer.json()["errors"].is_null(), "{wrong}: {answer:?}");
    }
    let most = clerk.ask("{ cases(first: 100) { nodes { id } } }", &json!({}));
    assert!(list(&most["cases"]["nodes"]).len() > 30);
}

/// Base64 without padding, for URLs.
fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |three: &[u8]| {
        let bits =
            three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        let letter = move |at: usize| char::from(letters[(bits >> (18 - 6 * at)) as usize & 63]);
        (0..=three.len()).map(letter).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn a_cursor_of_another_list_or_of_none_is_no_input() {
    let clerk = house().visitor("clerk");
    let by = |field: &str| json!({"field": field, "direction": "ASC"});
    let cursor = |field: &str| {
        let page = clerk.ask(CASES, &json!({"first": 1, "order": by(field)}));
        page["cases"]["pageInfo"]["endCursor"].clone()
    };
    let case = clerk.cases("id timeline(first: 1) { edges { cursor } }");
    let timeline = case[0]["timeline"]["edges"][0]["cursor"].clone();
    let number = cursor("NUMBER");
    let forged = |text: &str| json!(base64(text.as_bytes()));
    let odd = ["", "garbage", "%%%", "🏭", "AAAA", "\u{0}"].map(|text| json!(text));
    let odd = odd.into_iter().chain([timeline.clone(), forged("{}"), forged("null"), forged("[[[[")]);
    let odd = odd.chain([
        forged(r#"{"by":"due","key":"missing","id":"x"}"#),
        forged(r#"{"by":"opened","key":"missing","id":"00000000-0000-0000-0000-000000000000"}"#),
        forged(r#"{"by":"opened","key":{"text":"x"},"id":"00000000-0000-0000-0000-000000000000"}"#),
    ]);
    for odd in odd.chain([number.clone(), cursor("UPDATED_AT"), cursor("DUE_AT")]) {
        for place in ["after", "before"] {
            let answer = clerk.answer(CASES, &json!({place: odd, "order": by("OPENED_AT")}));
            assert_eq!(answer.code(), "BAD_INPUT", "{place}: {odd}: {answer:?}");
        }
    }
    for odd in [
        json!(""),
        json!("garbage"),
        number,
        case[1]["timeline"]["edges"][0]["cursor"].clone(),
        case[0]["id"].clone(),
    ] {
        let answer = clerk.answer(TIMELINE, &json!({"id": case[0]["id"], "after": odd}));
        assert_eq!(answer.code(), "BAD_INPUT", "{odd}");
    }
}

#[test]
fn a_forged_place_in_a_timeline_is_a_place_beyond_its_ends() {
    let clerk = house().visitor("clerk");
    let case = clerk.cases("id version timeline(first: 1) { edges { cursor } }").remove(0);
    let bytes = decoded(text(&case["timeline"]["edges"][0]["cursor"]));
    let at = |place: i64| {
        let mut bytes = bytes[..17].to_vec();
        bytes.extend(place.to_be_bytes());
        json!(base64(&bytes))
    };
    assert_eq!(at(1), case["timeline"]["edges"][0]["cursor"], "this is how a cursor is made");
    for place in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
        for (take, cursor) in [("first", "after"), ("first", "before"), ("last", "after"), ("last", "before")]
        {
            let asked = json!({"id": case["id"], take: 100, cursor: at(place)});
            let page = clerk.ask(TIMELINE, &asked)["case"]["timeline"].take();
            let whole = (place > 1) == (cursor == "before");
            let expected = if whole { case["version"].as_u64() } else { Some(0) };
            assert_eq!(Some(list(&page["nodes"]).len() as u64), expected, "{take} {cursor} {place}");
        }
    }
    let event = clerk.ask("query ($id: ID!) { node(id: $id) { id } }", &json!({"id": at(i64::MIN)}));
    assert_eq!(event["node"], Value::Null);
}

/// The bytes behind base64 for URLs.
fn decoded(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = text.chars().map(|letter| letters.find(letter).expect("base64"));
    let bits: Vec<u8> =
        bits.flat_map(|six| (0..6).rev().map(move |at| u8::from(six >> at & 1 == 1))).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
