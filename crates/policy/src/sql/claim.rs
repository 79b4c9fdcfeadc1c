//! Claims about texts, and about months and years between dates.
use super::Printer;
use super::number::sign;
use condition::Value;
use condition::tree::{Comparison, Function, Literal, Set, Tree};

impl Printer<'_> {
    /// Says a claim that no sum of columns is, if it can be said.
    pub(super) fn claim(&self, tree: &Tree) -> Option<String> {
        if let Tree::Compare { comparison, left, right } = tree
            && let (Some(span), Some(limit)) = (self.span(left), whole(right))
        {
            return Some(format!("{span} {} {limit}", sign(*comparison)));
        }
        let (claim, column) = match tree {
            Tree::Compare { comparison: Comparison::Equal, left, right } => match (text(left), text(right)) {
                (None, Some(literal)) => self.equal(left, literal)?,
                (Some(literal), None) => self.equal(right, literal)?,
                (None, None) => return self.same(left, right),
                (Some(_), Some(_)) => return None,
            },
            Tree::In { value, set: Set::Members(members), negated } => {
                let (value, column) = self.value(value)?;
                let members = members.iter().map(|member| Some(self.dialect.text(text(member)?)));
                let members = members.collect::<Option<Vec<_>>>()?.join(", ");
                let word = if *negated { "NOT IN" } else { "IN" };
                (format!("{value} {word} ({members})"), column)
            }
            Tree::Call { function: Function::StartsWith, arguments } => match &**arguments {
                [value, start] => {
                    let (value, column) = self.value(value)?;
                    let start = text(start)?;
                    let length = start.chars().count();
                    (format!("substr({value}, 1, {length}) = {}", self.dialect.text(start)), column)
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(self.there(claim, &[column]))
    }

    /// Completed months or years between two dates; NULL where either is unknown or does not exist.
    fn span(&self, tree: &Tree) -> Option<String> {
        let Tree::Call { function, arguments } = tree else { return None };
        let [from, to] = &**arguments else { return None };
        let (from, to) = (self.date(from)?, self.date(to)?);
        let part = |part, date: &str| self.dialect.part_of_date(part, date);
        let difference = |what| format!("{} - {}", part(what, &to), part(what, &from));
        let in_year = |date: &str| format!("{} * 100 + {}", part("MONTH", date), part("DAY", date));
        let (whole, early) = match function {
            Function::YearsBetween => (difference("YEAR"), format!("{} < {}", in_year(&to), in_year(&from))),
            Function::MonthsBetween => (
                format!("({}) * 12 + {}", difference("YEAR"), difference("MONTH")),
                format!("{} < {}", part("DAY", &to), part("DAY", &from)),
            ),
            _ => return None,
        };
        Some(format!("({whole} - CASE WHEN {early} THEN 1 ELSE 0 END)"))
    }

    fn date(&self, tree: &Tree) -> Option<String> {
        match tree {
            Tree::Literal(Literal { value: Value::Date(date), .. }) => {
                Some(self.dialect.date(&date.to_string()))
            }
            Tree::Field(field) if field.rule.is_none() && field.kind == condition::Type::Date => {
                Some(self.names(self.columns.column(&field.key)?.0).0)
            }
            _ => None,
        }
    }

    fn equal(&self, value: &Tree, literal: &str) -> Option<(String, usize)> {
        let (value, column) = self.value(value)?;
        Some((format!("{value} = {}", self.dialect.text(literal)), column))
    }

    /// Two texts that are the same; where either does not exist they are not, though nobody knows the other.
    fn same(&self, left: &Tree, right: &Tree) -> Option<String> {
        let ((left, one), (right, other)) = (self.value(left)?, self.value(right)?);
        Some(self.there(format!("{left} = {right}"), &[one, other]))
    }

    /// A text, and the column it is of.
    fn value(&self, tree: &Tree) -> Option<(String, usize)> {
        match tree {
            Tree::Field(field) if field.rule.is_none() && is_text(&field.kind) => {
                let (column, _) = self.columns.column(&field.key)?;
                Some((self.names(column).0, column))
            }
            Tree::Call { function: Function::Substring, arguments } => {
                let (of, from, length) = match &**arguments {
                    [of, from] => (of, from, None),
                    [of, from, length] => (of, from, Some(whole(length).filter(|length| *length >= 0)?)),
                    _ => return None,
                };
                let (of, column) = self.value(of)?;
                let from = whole(from).filter(|from| *from >= 1)?;
                let length = length.map(|length| format!(", {length}")).unwrap_or_default();
                Some((format!("substr({of}, {from}{length})"), column))
            }
            _ => None,
        }
    }
}

fn is_text(kind: &condition::Type) -> bool {
    matches!(kind, condition::Type::Text | condition::Type::Choice(_))
}

fn text(tree: &Tree) -> Option<&str> {
    match tree {
        // No database keeps a text with the character zero.
        Tree::Literal(Literal { value: Value::Text(text), .. }) if !text.contains('\0') => Some(text),
        _ => None,
    }
}

/// A whole number that every database takes for a place in a text.
fn whole(tree: &Tree) -> Option<i32> {
    match tree {
        Tree::Literal(Literal { value: Value::Number(number), .. }) => i32::try_from(number.to_i64()?).ok(),
        _ => None,
    }
}
