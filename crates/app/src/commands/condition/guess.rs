//! Types for fields that nobody declared: what the facts are, and for the rest what the expression can take.
use super::fields::Facts;
use ::condition::{Dictionary, Expected, Expression, Mistake, Type, Value};

/// Types a field may turn out to have, the likeliest first.
fn kinds(dictionary: &Dictionary) -> Vec<Type> {
    let list = |of| Type::List(Box::new(of));
    let amounts = UNITS.iter().filter_map(|unit| dictionary.unit(unit).cloned()).map(Type::Amount);
    let plain = [
        Type::Truth,
        Type::Number,
        Type::Text,
        Type::Date,
        list(Type::Text),
        list(Type::Number),
        list(list(Type::Number)),
        Type::Map(Box::new(Type::Anything)),
    ];
    plain.into_iter().chain(amounts).collect()
}

/// Units of which a field that no fact types may be, one of each dimension.
const UNITS: [&str; 9] = ["元", "人", "天", "月", "项", "次", "分", "㎡", "家"];

/// Readings that are tried before the first mistake found is the answer.
const TRIES: usize = 5_000;

/// Reads an expression over undeclared fields. A field that no fact types (unknown, absent, or an empty list) has the
/// first type that makes the text an expression; whatever it is, its value is the same.
pub(super) fn parse(text: &str, facts: &Facts) -> Result<Expression, Mistake> {
    let mut dictionary = Dictionary::new().with_common_units();
    for (key, value) in facts {
        if let Some(kind) = value.as_ref().and_then(kind_of) {
            dictionary.insert(key.clone(), kind);
        }
    }
    let mut left = TRIES;
    attempt(text, &dictionary, &mut left)
}

/// The parser stops at the first name it does not know, so each guess is judged by the text up to the next one.
fn attempt(text: &str, dictionary: &Dictionary, left: &mut usize) -> Result<Expression, Mistake> {
    let mistake = match Expression::parse(text, dictionary) {
        Err(mistake) if mistake.expected == Expected::Field => mistake,
        read => return read,
    };
    let name = name_at(text, &mistake);
    let mut furthest: Option<Mistake> = None;
    for kind in kinds(dictionary) {
        if *left == 0 || name.is_empty() {
            break;
        }
        *left -= 1;
        match attempt(text, &dictionary.clone().with(name.as_str(), kind), left) {
            Ok(expression) => return Ok(expression),
            Err(next) => {
                let at = |mistake: &Mistake| (mistake.line, mistake.column);
                if furthest.as_ref().is_none_or(|furthest| at(&next) > at(furthest)) {
                    furthest = Some(next);
                }
            }
        }
    }
    Err(furthest.unwrap_or(mistake))
}

/// The path that stands where the mistake is.
fn name_at(text: &str, mistake: &Mistake) -> String {
    let line = text.lines().nth(mistake.line - 1).unwrap_or_default();
    let rest = line.chars().skip(mistake.column - 1);
    let path: String = rest.take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.').collect();
    // Two dots are a range's.
    path.split("..").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// The type a value shows; an empty list shows none.
fn kind_of(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Truth(_) => Type::Truth,
        Value::Number(_) => Type::Number,
        Value::Text(_) => Type::Text,
        Value::Date(_) => Type::Date,
        Value::List(values) => Type::List(Box::new(values.iter().find_map(kind_of)?)),
        Value::Map(values) => Type::Map(Box::new(values.values().find_map(kind_of)?)),
        Value::Absent => return None,
    })
}
