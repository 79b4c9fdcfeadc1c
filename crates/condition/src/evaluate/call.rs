//! What the functions give.

use std::{borrow::Cow, cmp::Ordering};

use jiff::civil::Date;

use super::{Scope, items, over};
use crate::{
    Number, Outcome, Value,
    reach::{self, Hull, Reach, Spread, compare},
    tree::{Comparison, Function, Tree},
};

/// The most combinations of arguments that are tried where several are possible.
const MOST_COMBINATIONS: usize = 64;

/// Finds what a function gives that claims nothing.
pub(super) fn value<'a>(function: Function, arguments: &'a [Tree], scope: &Scope<'a>) -> Reach<'a> {
    match (function, arguments) {
        (Function::Sum | Function::Mean | Function::Min | Function::Max, _) => {
            match numbers(arguments, scope) {
                Ok(numbers) => aggregate(function, &numbers),
                Err(reach) => reach,
            }
        }
        (Function::Count, [list]) => match items(list, scope) {
            Ok(items) => Reach::number(i64::try_from(items.len()).ok().map(Number::from)),
            Err(Reach::Spread(spread)) if !spread.absent => {
                Spread { hull: Hull::Range(Some(Number::zero()), None), ..*spread }.reach()
            }
            Err(reach) => Reach::lost(reach.varies()),
        },
        (Function::Abs, [of]) => reach::absolute(&of.value(scope)),
        _ => {
            let values: Vec<Reach<'a>> = arguments.iter().map(|argument| argument.value(scope)).collect();
            applied(function, &values)
        }
    }
}

/// Finds what a function claims.
pub(super) fn claim(function: Function, arguments: &[Tree], scope: &Scope<'_>) -> Outcome {
    match (function, arguments) {
        (Function::Contains, [list, value]) => contained(&value.value(scope), list, scope),
        (Function::StartsWith, [text, start]) => {
            let (text, start) = (text.value(scope), start.value(scope));
            if matches!(text, Reach::Absent) || matches!(start, Reach::Absent) {
                return Outcome::NO;
            }
            apply(&[text, start], true, Hull::Any, |values| match values {
                [Value::Text(text), Value::Text(start)] => Reach::owned(text.starts_with(&**start)),
                _ => Reach::Unknown,
            })
            .claimed()
        }
        _ => Outcome::UNKNOWN,
    }
}

/// Whether a value is in a list. What does not exist is in no list, known or not.
pub(super) fn contained(value: &Reach<'_>, list: &Tree, scope: &Scope<'_>) -> Outcome {
    if let Reach::Spread(spread) = value
        && let Hull::OneOf(values) = &spread.hull
    {
        let each = values.iter().map(|value| contained(&Reach::part(value), list, scope));
        return over(spread, each.collect());
    }
    let equals = |member: &Reach<'_>| compare(Comparison::Equal, value, member);
    match items(list, scope) {
        _ if matches!(value, Reach::Absent) => Outcome::NO,
        Ok(members) => Outcome::any(
            members.iter().map(|member| if scope.step() { equals(member) } else { Outcome::UNKNOWN }),
        ),
        Err(Reach::Absent) => Outcome::NO,
        Err(reach) => any_list(&reach, Outcome::NO, equals),
    }
}

/// What a claim about the elements of an unknown list comes to; `empty` of an empty one. A list that is asked about
/// may hold anything.
pub(super) fn any_list(
    list: &Reach<'_>,
    empty: Outcome,
    of_element: impl FnOnce(&Reach<'_>) -> Outcome,
) -> Outcome {
    let Reach::Spread(spread) = list else { return Outcome::UNKNOWN };
    if !spread.varies {
        return Outcome::UNKNOWN;
    }
    let anything = Spread { hull: Hull::Any, absent: true, open: false, varies: true };
    let outcome = empty.or_also(of_element(&Reach::Spread(Box::new(anything))));
    if spread.open { outcome.or_also(Outcome::UNKNOWN) } else { outcome }
}

/// The numbers that a function is given: the elements of its one list, or its arguments.
fn numbers<'a>(arguments: &'a [Tree], scope: &Scope<'a>) -> Result<Vec<Reach<'a>>, Reach<'a>> {
    let [only] = arguments else {
        return Ok(arguments.iter().map(|argument| argument.value(scope)).collect());
    };
    if let Tree::List(_) = only {
        return items(only, scope);
    }
    match only.value(scope) {
        Reach::Value(Cow::Borrowed(Value::List(values))) => Ok(values.iter().map(Reach::part).collect()),
        Reach::Value(Cow::Owned(Value::List(_))) => items(only, scope),
        number @ Reach::Value(_) => Ok(vec![number]),
        number @ Reach::Spread(_) if matches!(&number, Reach::Spread(of) if matches!(of.hull, Hull::Range(..))) => {
            Ok(vec![number])
        }
        reach => Err(Reach::lost(reach.varies())),
    }
}

fn aggregate<'a>(function: Function, numbers: &[Reach<'a>]) -> Reach<'a> {
    let zero = Reach::owned(Number::zero());
    let Some((first, rest)) = numbers.split_first() else {
        return if function == Function::Sum { zero } else { Reach::Unknown };
    };
    let join = |result: &Reach<'a>, next: &Reach<'a>| match function {
        Function::Min => reach::extreme(Ordering::Less, result, next),
        Function::Max => reach::extreme(Ordering::Greater, result, next),
        _ => reach::plus(result, next),
    };
    // Nothing is no number: adding zero says so even of a single element.
    let result = rest.iter().fold(reach::plus(&zero, first), |result, next| join(&result, next));
    match (function, i64::try_from(numbers.len())) {
        (Function::Mean, Ok(count)) => reach::divide(&result, &Reach::owned(count)),
        _ => result,
    }
}

fn applied<'a>(function: Function, arguments: &[Reach<'a>]) -> Reach<'a> {
    let number = || Hull::Range(None, None);
    match function {
        Function::Year | Function::Month | Function::Day => {
            apply(arguments, true, number(), |values| match values {
                [Value::Date(date)] => Reach::owned(i64::from(match function {
                    Function::Year => date.year(),
                    Function::Month => date.month().into(),
                    _ => date.day().into(),
                })),
                _ => Reach::Unknown,
            })
        }
        Function::DaysBetween | Function::MonthsBetween | Function::YearsBetween => {
            apply(arguments, true, number(), |values| match values {
                [Value::Date(from), Value::Date(to)] => Reach::number(between(function, *from, *to)),
                _ => Reach::Unknown,
            })
        }
        Function::Date => apply(arguments, false, Hull::Any, |values| match values {
            [Value::Number(year), Value::Number(month), Value::Number(day)] => {
                date(year, month, day).map_or(Reach::Unknown, Reach::owned)
            }
            _ => Reach::Unknown,
        }),
        Function::QuarterAverage => apply(arguments, false, number(), |values| match values {
            [Value::List(pairs)] => Reach::number(quarter_average(pairs)),
            _ => Reach::Unknown,
        }),
        Function::Lookup => apply(arguments, false, Hull::Any, |values| match values {
            [Value::Map(map), key] => looked_up(map, key),
            _ => Reach::Unknown,
        }),
        Function::Substring if matches!(arguments.first(), Some(Reach::Absent)) => Reach::Absent,
        Function::Substring => {
            let there = |(least, place): (usize, &Reach<'_>)| match place {
                Reach::Value(place) => position(place).is_some_and(|place| place >= least),
                _ => false,
            };
            // Every text has a part at a place that there can be, empty at most.
            let total = [1, 0].into_iter().zip(arguments.iter().skip(1)).all(there);
            apply(arguments, total, Hull::Any, substring)
        }
        _ => Reach::Unknown,
    }
}

/// Applies a function to every combination of what its arguments can turn out to be. `total` says that it gives a
/// value, within `hull`, for all values of their types.
fn apply<'a>(
    arguments: &[Reach<'_>],
    total: bool,
    hull: Hull,
    function: impl Fn(&[&Value]) -> Reach<'a>,
) -> Reach<'a> {
    let known: Option<Vec<&Value>> = arguments
        .iter()
        .map(|argument| if let Reach::Value(value) = argument { Some(&**value) } else { None })
        .collect();
    if let Some(known) = known {
        return function(&known);
    }
    if arguments.iter().any(|argument| matches!(argument, Reach::Unknown | Reach::Absent)) {
        return Reach::Unknown;
    }
    let spreads: Vec<Spread> = arguments.iter().map(|argument| argument.clone().spread()).collect();
    let varies = spreads.iter().any(|spread| spread.varies);
    let open = spreads.iter().any(|spread| spread.open);
    if spreads.iter().any(|spread| spread.absent) {
        return Reach::lost(varies);
    }
    match combinations(arguments, &spreads) {
        Some(combinations) => combinations
            .iter()
            .map(|values| function(&values.iter().collect::<Vec<_>>()))
            .reduce(|one, other| one.or_else(other, open, varies))
            .unwrap_or(Reach::Unknown),
        None if total && varies => Spread { hull, absent: false, open, varies }.reach(),
        None => Reach::lost(varies),
    }
}

fn combinations(arguments: &[Reach<'_>], spreads: &[Spread]) -> Option<Vec<Vec<Value>>> {
    let mut all: Vec<Vec<Value>> = vec![vec![]];
    for (argument, spread) in arguments.iter().zip(spreads) {
        let values = match (argument, &spread.hull) {
            (Reach::Value(value), _) => vec![value.as_ref().clone()],
            (_, Hull::OneOf(values)) => values.clone(),
            _ => return None,
        };
        if all.len() * values.len() > MOST_COMBINATIONS {
            return None;
        }
        let longer =
            |before: &Vec<Value>, value: &Value| [before.as_slice(), std::slice::from_ref(value)].concat();
        all = all.iter().flat_map(|before| values.iter().map(|value| longer(before, value))).collect();
    }
    Some(all)
}

/// Completed days, months or years; a month or year is complete on the same day of the month. Below zero the other
/// way round.
fn between(function: Function, from: Date, to: Date) -> Option<Number> {
    if function == Function::DaysBetween {
        return Some(i64::from(from.until(to).ok()?.get_days()).into());
    }
    let years = i64::from(to.year()) - i64::from(from.year());
    if function == Function::YearsBetween {
        let early = (to.month(), to.day()) < (from.month(), from.day());
        return Some((years - i64::from(early)).into());
    }
    let months = years * 12 + i64::from(to.month()) - i64::from(from.month());
    Some((months - i64::from(to.day() < from.day())).into())
}

/// Years of four digits, so that every date can be written.
fn date(year: &Number, month: &Number, day: &Number) -> Option<Date> {
    let year = i16::try_from(year.to_i64()?).ok().filter(|year| (0..=9999).contains(year))?;
    Date::new(year, i8::try_from(month.to_i64()?).ok()?, i8::try_from(day.to_i64()?).ok()?).ok()
}

/// The mean over the quarters of (first + last) / 2, never rounded (国家税务总局公告2019年第2号).
fn quarter_average(quarters: &[Value]) -> Option<Number> {
    let mut sum = Number::zero();
    for quarter in quarters {
        let Value::List(ends) = quarter else { return None };
        let [Value::Number(first), Value::Number(last)] = &**ends else { return None };
        sum = sum.plus(&first.plus(last)?)?;
    }
    sum.over(&Number::from(2 * i64::try_from(quarters.len()).ok()?))
}

/// A key that is missing is unknown; a whole number finds its digits.
fn looked_up<'a>(map: &std::collections::BTreeMap<std::sync::Arc<str>, Value>, key: &Value) -> Reach<'a> {
    let found = match key {
        Value::Text(key) => map.get(key),
        Value::Number(key) => key.to_i64().and_then(|key| map.get(&*key.to_string())),
        _ => None,
    };
    match found {
        None => Reach::Unknown,
        Some(Value::Absent) => Reach::Absent,
        Some(value) => Reach::owned(value.clone()),
    }
}

/// Characters are counted from 1; without a length, all that follow.
fn substring<'a>(arguments: &[&Value]) -> Reach<'a> {
    let (text, from, length) = match arguments {
        [Value::Text(text), from] => (text, position(from), Some(usize::MAX)),
        [Value::Text(text), from, length] => (text, position(from), position(length)),
        _ => return Reach::Unknown,
    };
    match (from.and_then(|from| from.checked_sub(1)), length) {
        (Some(skipped), Some(length)) => {
            Reach::owned(&*text.chars().skip(skipped).take(length).collect::<String>())
        }
        _ => Reach::Unknown,
    }
}

fn position(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => number.to_i64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    }
}
