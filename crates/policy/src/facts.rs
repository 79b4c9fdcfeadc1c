//! What is known of one company: values with their source and day, and what of it was known on a day.
use crate::finding::nearest_key;
use crate::{Field, FieldType, Fields};
use condition::{Dictionary, Evaluation, Expression, Facts, Known, Number, Type, Value};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The field that no file of facts holds: the day of the verdict.
pub(crate) const AS_OF: &str = "as_of";

/// A value as a file spells it, before the dictionary says what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Known that there is none.
    Absent,
    /// True or false.
    Truth(bool),
    /// A number, in the unit of the field.
    Number(Number),
    /// A text: a word, a day, or a number with its unit.
    Text(String),
    /// Values in order.
    List(Vec<Given>),
    /// Values by key.
    Map(Vec<(String, Given)>),
}

/// What was stated of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is; nothing if it is known that there is none.
    pub value: Option<Value>,
    /// Who or what says so.
    pub source: Option<String>,
    /// The day from which it is so; without one it always was.
    pub date: Option<Date>,
}

/// Holds what was stated of one company, each field in the order of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactFile {
    facts: BTreeMap<Arc<str>, Vec<Fact>>,
}

/// A fact that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct FactError {
    /// The name it was given under.
    pub field: String,
    /// What is wrong with it.
    pub flaw: FactFlaw,
}

/// Says what can be wrong with a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactFlaw {
    /// There is no such field; the nearest name.
    NoField(Option<Arc<str>>),
    /// It is of another type: what is expected in English and Chinese, what was found.
    Type(&'static str, &'static str, String),
    /// It is none of the values of the field; the nearest of them.
    NoValue(String, Option<Arc<str>>),
    /// It counts something else: the unit of the field, what was found.
    Unit(Arc<str>, String),
    /// It is stated otherwise for the same day.
    Twice,
    /// The day of the verdict comes with the question.
    AsOf,
}

impl FactFile {
    /// Takes a fact under a field's key or Chinese label.
    ///
    /// # Errors
    /// [`FactError`] when there is no such field, or it does not hold such a value.
    pub fn insert(
        &mut self,
        fields: &Fields,
        name: &str,
        given: &Given,
        source: Option<String>,
        date: Option<Date>,
    ) -> Result<(), FactError> {
        let (key, field) = fields.find(name)?;
        let refuse = |flaw| FactError { field: name.to_owned(), flaw };
        if **key == *AS_OF {
            return Err(refuse(FactFlaw::AsOf));
        }
        let value = field.value(given).map_err(refuse)?;
        let known = self.facts.entry(key.clone()).or_default();
        let at = known.partition_point(|fact| fact.date < date);
        if let Some(same) = known.get(at).filter(|fact| fact.date == date) {
            return if same.value == value { Ok(()) } else { Err(refuse(FactFlaw::Twice)) };
        }
        known.insert(at, Fact { value, source, date });
        Ok(())
    }

    /// Takes a value that [`Field::value`] gave for this field, over what was stated for the same day.
    pub fn state(&mut self, key: &str, value: Option<Value>, source: Option<String>, date: Option<Date>) {
        let known = self.facts.entry(key.into()).or_default();
        let at = known.partition_point(|fact| fact.date < date);
        let fact = Fact { value, source, date };
        match known.get_mut(at).filter(|same| same.date == date) {
            Some(same) => *same = fact,
            None => known.insert(at, fact),
        }
    }

    /// Lists the keys of which anything was stated.
    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.facts.keys()
    }

    /// Everything stated but of this field.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let facts = self.facts.iter().filter(|(other, _)| ***other != *key);
        Self { facts: facts.map(|(key, known)| (key.clone(), known.clone())).collect() }
    }

    /// What was known on a day; without one, what is known now. Facts of a later day do not count.
    #[must_use]
    pub fn as_of(&self, day: Option<Date>) -> KnownThen<'_> {
        KnownThen { file: self, day }
    }
}

/// What was known of a company on a day.
#[derive(Debug, Clone, Copy)]
pub struct KnownThen<'f> {
    file: &'f FactFile,
    /// The day; nothing for now.
    pub day: Option<Date>,
}

impl<'f> KnownThen<'f> {
    /// The latest fact of a field that counts.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'f Fact> {
        let counts = |fact: &&Fact| fact.date.zip(self.day).is_none_or(|(date, day)| date <= day);
        self.file.facts.get(key)?.iter().rev().find(counts)
    }
}

impl Facts for KnownThen<'_> {
    fn fact(&self, name: &str) -> Known<'_> {
        if name == AS_OF {
            return self.day.map_or(Known::Unknown, |day| Known::Value(Cow::Owned(day.into())));
        }
        match self.get(name) {
            None => Known::Unknown,
            Some(Fact { value: None, .. }) => Known::Absent,
            Some(Fact { value: Some(value), .. }) => Known::Value(Cow::Borrowed(value)),
        }
    }
}

impl Field {
    /// Reads a value as the field holds it; nothing for known absence.
    ///
    /// # Errors
    /// [`FactFlaw`] when it holds no such value.
    pub fn value(&self, given: &Given) -> Result<Option<Value>, FactFlaw> {
        Ok(Some(match (self.kind, given) {
            (_, Given::Absent) => return Ok(None),
            (FieldType::Set, Given::List(items)) => Value::List(
                items.iter().map(|item| self.part(FieldType::Text, item)).collect::<Result<_, _>>()?,
            ),
            (FieldType::Series, Given::List(pairs)) => {
                Value::List(pairs.iter().map(|pair| self.pair(pair)).collect::<Result<_, _>>()?)
            }
            (FieldType::Map, Given::Map(entries)) => {
                let of = self.of.unwrap_or(FieldType::Text);
                let entry =
                    |(key, given): &(String, Given)| Ok((Arc::from(key.as_str()), self.part(of, given)?));
                Value::Map(entries.iter().map(entry).collect::<Result<_, FactFlaw>>()?)
            }
            (kind, given) => self.plain(kind, given)?,
        }))
    }

    fn pair(&self, given: &Given) -> Result<Value, FactFlaw> {
        match given {
            Given::List(ends) if ends.len() == 2 => Ok(Value::List(
                ends.iter().map(|end| self.part(FieldType::Number, end)).collect::<Result<_, _>>()?,
            )),
            other => Err(wrong(self.kind, other)),
        }
    }

    fn part(&self, kind: FieldType, given: &Given) -> Result<Value, FactFlaw> {
        if *given == Given::Absent { Ok(Value::Absent) } else { self.plain(kind, given) }
    }

    fn plain(&self, kind: FieldType, given: &Given) -> Result<Value, FactFlaw> {
        match (kind, given) {
            (FieldType::Truth, Given::Truth(truth)) => Ok(Value::Truth(*truth)),
            (FieldType::Number | FieldType::Integer | FieldType::Ratio, Given::Number(number)) => {
                Ok(number.clone().into())
            }
            (FieldType::Number | FieldType::Integer | FieldType::Ratio, Given::Text(text)) => {
                self.counted(text)
            }
            (FieldType::Text, Given::Text(text)) => Ok(text.as_str().into()),
            (FieldType::Choice, Given::Text(text)) if self.values.contains_key(text.as_str()) => {
                Ok(text.as_str().into())
            }
            (FieldType::Choice, Given::Text(text)) => {
                Err(FactFlaw::NoValue(short(text), nearest_key(text, self.values.keys())))
            }
            (FieldType::Date, Given::Text(text)) => {
                // A day of the calendar and nothing else: no time, no other order.
                let day = text.parse::<Date>().ok().filter(|day| day.to_string() == *text);
                day.map(Value::Date).ok_or_else(|| wrong(kind, given))
            }
            _ => Err(wrong(kind, given)),
        }
    }

    /// A number with a unit, such as `300 万元`, in the unit of the field.
    fn counted(&self, text: &str) -> Result<Value, FactFlaw> {
        let clash = || match &self.unit {
            Some(unit) => FactFlaw::Unit(unit.clone(), short(text)),
            None => wrong(self.kind, &Given::Text(text.to_owned())),
        };
        let units = Dictionary::new().with_common_units();
        let expression = Expression::parse(text, &units).map_err(|_| clash())?;
        let Evaluation::Value(Value::Number(number)) = expression.value(&BTreeMap::new()) else {
            return Err(clash());
        };
        let factor = match (expression.kind(), &self.unit) {
            (Type::Number, None) => Some(Number::from(1)),
            (Type::Amount(found), Some(unit)) => units.unit(unit).and_then(|unit| found.in_terms_of(unit)),
            _ => None,
        };
        factor.and_then(|factor| number.times(&factor)).map(Value::Number).ok_or_else(clash)
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn wrong(kind: FieldType, given: &Given) -> FactFlaw {
    let (en, zh) = match kind {
        FieldType::Truth => ("true or false", "真或假"),
        FieldType::Number | FieldType::Integer | FieldType::Ratio => ("a number", "数"),
        FieldType::Choice | FieldType::Text => ("a text", "文本"),
        FieldType::Date => ("a day such as 2026-01-02", "日期，例如 2026-01-02"),
        FieldType::Set => ("a list of texts", "文本的列表"),
        FieldType::Series => ("a list of pairs of numbers", "成对数字的列表"),
        FieldType::Map => ("values by key", "按键列出的值"),
    };
    FactFlaw::Type(en, zh, given.in_short())
}

impl Given {
    fn in_short(&self) -> String {
        match self {
            Self::Absent => "null".into(),
            Self::Truth(truth) => truth.to_string(),
            Self::Number(number) => short(&number.to_string()),
            Self::Text(text) => format!("\"{}\"", short(text)),
            Self::List(_) => "a list".into(),
            Self::Map(_) => "an object".into(),
        }
    }
}

impl fmt::Display for FactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, flaw } = self;
        match flaw {
            FactFlaw::NoField(None) => write!(f, "there is no field `{field}`"),
            FactFlaw::NoField(Some(near)) => write!(f, "there is no field `{field}`; did you mean `{near}`?"),
            FactFlaw::Type(expected, _, found) => write!(f, "`{field}`: expected {expected}, found {found}"),
            FactFlaw::NoValue(found, None) => write!(f, "`{field}`: \"{found}\" is none of its values"),
            FactFlaw::NoValue(found, Some(near)) => {
                write!(f, "`{field}`: \"{found}\" is none of its values; did you mean \"{near}\"?")
            }
            FactFlaw::Unit(unit, found) => {
                write!(
                    f,
                    "`{field}`: expected a number of {unit}, with its unit if it is a text; found \"{found}\""
                )
            }
            FactFlaw::Twice => write!(f, "`{field}`: two values for the same day"),
            FactFlaw::AsOf => {
                write!(f, "`{field}`: the day of the verdict is no fact, it comes with the question")
            }
        }
    }
}

impl FactError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        let Self { field, flaw } = self;
        match flaw {
            FactFlaw::NoField(None) => format!("没有字段 `{field}`"),
            FactFlaw::NoField(Some(near)) => format!("没有字段 `{field}`；是否指 `{near}`？"),
            FactFlaw::Type(_, expected, found) => format!("`{field}`：应为{expected}，现为 {found}"),
            FactFlaw::NoValue(found, None) => format!("`{field}`：“{found}”不是可选值"),
            FactFlaw::NoValue(found, Some(near)) => {
                format!("`{field}`：“{found}”不是可选值；是否指“{near}”？")
            }
            FactFlaw::Unit(unit, found) => {
                format!("`{field}`：应为以{unit}计的数，文本须带单位；现为“{found}”")
            }
            FactFlaw::Twice => format!("`{field}`：同一日期有两个不同的值"),
            FactFlaw::AsOf => format!("`{field}`：判断日期不是事实，随问题给出"),
        }
    }
}
