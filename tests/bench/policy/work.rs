//! Companies and policies out of one seed.
use condition::Number;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const COMPANIES: usize = 200_000;
pub(crate) const POLICIES: usize = 1_000;
const CLAIMS: usize = 540;
const NUMBERS: usize = 30;
const TRUTHS: usize = 10;
const TEXTS: usize = 10;
/// Values that a text may have.
const VALUES: u64 = 12;
/// Of a hundred cells so many are unknown.
const UNKNOWN: u64 = 8;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Number,
    Truth,
    Text,
}

/// A text in the language of conditions, and the same in SQL.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) sql: String,
}

pub(crate) struct Work {
    pub(crate) claims: Vec<Said>,
    pub(crate) policies: Vec<Said>,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Unknown,
    Number(String),
    Truth(bool),
    Text(String),
}

pub(crate) struct Company(Vec<Value>);

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        let count = u64::try_from(of.len()).expect("a list is short");
        of[usize::try_from(self.below(count)).expect("within the list")].clone()
    }
}

impl Work {
    pub(crate) fn new() -> Self {
        let mut dice = Dice(7);
        let mut claims: Vec<Said> = vec![];
        while claims.len() < CLAIMS {
            let said = claim(&mut dice);
            if claims.iter().all(|claim| claim.text != said.text) {
                claims.push(said);
            }
        }
        let policies = (0..POLICIES).map(|_| policy(&mut dice, &claims)).collect();
        Self { claims, policies }
    }
}

/// The fields, in the order of the cells.
pub(crate) fn fields() -> Vec<(String, Kind)> {
    let named =
        |letter: &'static str, count, kind| (0..count).map(move |index| (format!("{letter}{index}"), kind));
    named("n", NUMBERS, Kind::Number)
        .chain(named("b", TRUTHS, Kind::Truth))
        .chain(named("e", TEXTS, Kind::Text))
        .collect()
}

/// The same companies each time.
pub(crate) fn companies() -> impl Iterator<Item = Company> {
    let mut dice = Dice(11);
    let fields = fields();
    (0..COMPANIES).map(move |_| {
        let values = fields.iter().enumerate().map(|(index, (_, kind))| {
            if dice.below(100) < UNKNOWN {
                return Value::Unknown;
            }
            match kind {
                Kind::Number if index % 3 == 0 => {
                    let cents = dice.below(1_000_000);
                    Value::Number(format!("{}.{:02}", cents / 100, cents % 100))
                }
                Kind::Number => Value::Number(dice.below(10_000).to_string()),
                Kind::Truth => Value::Truth(dice.below(2) == 1),
                Kind::Text => Value::Text(format!("v{}", dice.below(VALUES))),
            }
        });
        Company(values.collect())
    })
}

/// Two of three compare a number; the others ask for a truth, a text, a ratio.
fn claim(dice: &mut Dice) -> Said {
    let same = |text: String| Said { sql: text.clone(), text };
    let number = |dice: &mut Dice| format!("n{}", dice.below(30));
    match dice.below(100) {
        0..66 => {
            let (field, sign) = (number(dice), dice.one_of(&["<", "<=", ">", ">="]));
            let limit = if dice.below(2) == 0 {
                dice.below(10_000).to_string()
            } else {
                format!("{}.5", dice.below(10_000))
            };
            same(format!("{field} {sign} {limit}"))
        }
        66..70 => {
            let field = format!("b{}", dice.below(10));
            if dice.below(2) == 0 { same(field) } else { same(format!("not({field})")) }
        }
        70..90 => {
            let (field, value) = (dice.below(10), dice.below(VALUES));
            let (one, other) = ((value + 3) % VALUES, (value + 5) % VALUES);
            let said = match dice.below(3) {
                0 => format!("e{field} = \"v{value}\""),
                1 => format!("e{field} != \"v{value}\""),
                _ => format!("e{field} in (\"v{value}\", \"v{one}\", \"v{other}\")"),
            };
            Said { sql: said.replace('"', "'"), text: said }
        }
        _ => {
            let (above, below, percent) = (number(dice), number(dice), 1 + dice.below(200));
            Said {
                text: format!("{above} / {below} >= {percent}%"),
                sql: format!("CASE WHEN {below} = 0 THEN NULL ELSE {above} * 100 >= {below} * {percent} END"),
            }
        }
    }
}

/// Five to seven claims: all of them, all with a choice of two, or all with two of three.
fn policy(dice: &mut Dice, claims: &[Said]) -> Said {
    let count = usize::try_from(5 + dice.below(3)).expect("a small number");
    let parts: Vec<Said> = (0..count).map(|_| dice.one_of(claims)).collect();
    let joined = |parts: &[Said], by: &str| Said {
        text: parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(by),
        sql: parts.iter().map(|part| format!("({})", part.sql)).collect::<Vec<_>>().join(by),
    };
    let and = |sure: &[Said], rest: Said| {
        let sure = joined(sure, " and ");
        Said {
            text: format!("{} and {}", sure.text, rest.text),
            sql: format!("{} AND {}", sure.sql, rest.sql),
        }
    };
    match dice.below(10) {
        0..6 => joined(&parts, " and "),
        6..9 => {
            let (sure, two) = parts.split_at(count - 2);
            let any = joined(two, " or ");
            and(sure, Said { text: format!("({})", any.text), sql: format!("({})", any.sql) })
        }
        _ => {
            let (sure, three) = parts.split_at(count - 3);
            let [a, b, c] = three else { return joined(&parts, " and ") };
            let pairs =
                [[a, b], [a, c], [b, c]].map(|[one, other]| format!("(({}) AND ({}))", one.sql, other.sql));
            let text = format!("at least 2 of ({}, {}, {})", a.text, b.text, c.text);
            and(sure, Said { text, sql: format!("({})", pairs.join(" OR ")) })
        }
    }
}

impl Company {
    pub(crate) fn cells(&self) -> &[Value] {
        &self.0
    }

    pub(crate) fn facts(&self) -> BTreeMap<Arc<str>, Option<condition::Value>> {
        let known = fields().into_iter().zip(&self.0).filter_map(|((name, _), value)| {
            let value = match value {
                Value::Unknown => return None,
                Value::Number(number) => Number::parse(number).expect("it is a number").into(),
                Value::Truth(truth) => (*truth).into(),
                Value::Text(text) => text.as_str().into(),
            };
            Some((name.into(), Some(value)))
        });
        known.collect()
    }
}
