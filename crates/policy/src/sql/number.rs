//! Numbers and their comparisons.
use super::{Dialect, Printer, Reason};
use crate::bulk::atom::Limit;
use crate::bulk::block::Kind;
use crate::bulk::form::{Difference, Form};
use condition::Number;
use condition::tree::Comparison;

/// The greatest size of a number of which a float of 64 bits holds six decimal places.
const FLOAT_MOST: i128 = 9_000_000_000;
/// The digits that a float of 64 bits keeps apart.
const FLOAT_DIGITS: usize = 15;
const MILLION: i128 = 1_000_000;

impl Printer<'_> {
    /// A column beside a limit.
    pub(super) fn range(&self, column: usize, limit: Limit) -> Result<String, Reason> {
        let Limit { comparison, above, below } = limit;
        let sign = sign(comparison);
        if self.is_date(column) {
            return Ok(format!("{} * {below} {sign} {above}", self.dialect.days(&self.names(column).0)));
        }
        let (Ok(numerator), Ok(denominator)) =
            (Number::parse(&above.to_string()), Number::parse(&below.to_string()))
        else {
            return Err(Reason::TooLarge);
        };
        let shown = Number::parse(&format!("{numerator}/{denominator}")).map(|number| number.to_string());
        match shown {
            Ok(decimal) if !decimal.contains('/') => {
                let digits = decimal.bytes().filter(u8::is_ascii_digit).count();
                if self.dialect != Dialect::Postgres && digits > FLOAT_DIGITS {
                    return Err(Reason::TooManyDigits);
                }
                let name = self.names(column).0;
                let number = if self.dialect == Dialect::Postgres { numeric(&name) } else { name };
                Ok(format!("{number} {sign} {decimal}"))
            }
            _ => {
                let form = Form { constant: -i128::from(above), terms: vec![(column, below.into())] };
                Ok(format!("{} {sign} 0", self.form(&form)?))
            }
        }
    }

    /// A difference beside zero.
    pub(super) fn sign(&self, of: &Difference, comparison: Comparison) -> Result<String, Reason> {
        let above = self.form(&of.above)?;
        let Some(below) = &of.below else { return Ok(format!("{above} {} 0", sign(comparison))) };
        let below = self.form(below)?;
        let (same, mirrored) = (sign(comparison), sign(mirrored(comparison)));
        Ok(format!(
            "(CASE WHEN {below} > 0 THEN {above} {same} 0 WHEN {below} < 0 THEN {above} {mirrored} 0 END)"
        ))
    }

    fn is_date(&self, column: usize) -> bool {
        let kind = self.columns.key(column).and_then(|key| self.columns.column(key));
        kind.is_some_and(|(_, kind)| kind == Kind::Date)
    }

    /// A sum, in millionths where the dialect has no exact decimals of any length; its sign is that of the sum.
    fn form(&self, form: &Form) -> Result<String, Reason> {
        let exact = self.dialect == Dialect::Postgres;
        // Each column may be so large that the sum stays below 2^63.
        let factors = form.terms.iter().map(|(_, factor)| *factor).chain([form.constant]);
        let weight = factors.map(i128::unsigned_abs).try_fold(0_u128, u128::checked_add);
        let weight = weight.and_then(|weight| i128::try_from(weight).ok()).ok_or(Reason::TooLarge)?.max(1);
        let most = (i128::from(i64::MAX) / MILLION / weight).min(FLOAT_MOST);
        if !exact && most < 1 {
            return Err(Reason::TooLarge);
        }
        let dates = form.terms.iter().all(|(column, _)| self.is_date(*column));
        let scale = if exact || dates { 1 } else { MILLION };
        let mut parts = Vec::new();
        for (column, factor) in &form.terms {
            let name = self.names(*column).0;
            let factor = if self.is_date(*column) { factor * scale } else { *factor };
            let value = match (self.is_date(*column), exact) {
                (true, _) => self.dialect.days(&name),
                (false, true) => numeric(&name),
                (false, false) => {
                    format!("(CASE WHEN abs({name}) <= {most} THEN {} END)", self.dialect.millionths(&name))
                }
            };
            parts.push(format!("{factor} * {value}"));
        }
        parts.push((form.constant * scale).to_string());
        Ok(format!("({})", parts.join(" + ")))
    }
}

/// As `PostgreSQL` computes exactly, whatever the column is.
fn numeric(name: &str) -> String {
    format!("CAST({name} AS NUMERIC)")
}

pub(super) fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}
