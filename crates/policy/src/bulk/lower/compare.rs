//! Comparisons and sets: what columns can compute of them.
use super::{Lowered, Lowering};
use crate::bulk::atom::{Atom, Key, Limit, Test};
use crate::bulk::form::{Difference, difference};
use crate::bulk::graph::Edge;
use condition::tree::{Body, CheckedTable, Comparison, Field, Function, Literal, Operand, Set, Tree};
use condition::{Condition, Hit, Truth, Value};

impl Lowering<'_> {
    pub(super) fn compare(&mut self, comparison: Comparison, left: &Tree, right: &Tree) -> Lowered {
        self.spend(1)?;
        let claim = Tree::Compare { comparison, left: left.clone().into(), right: right.clone().into() };
        if let Some(edge) = self.one_value(&claim) {
            return Ok(edge);
        }
        if let Some(difference) = difference(self.columns, left, right) {
            return Ok(self.apart(difference, comparison, &claim));
        }
        if let Some((side, truth)) = beside_truth(left, right)
            && comparison == Comparison::Equal
        {
            match side {
                // Where there is no such truth it equals neither.
                Tree::Field(field) if field.rule.is_none() => {
                    let holds = self.truth(field, side)?;
                    let there = self.presence(field);
                    return Ok(if truth { holds } else { self.graph.all([!holds, there]) });
                }
                Tree::Field(_) => {}
                side => {
                    let holds = self.claim(side)?;
                    return Ok(if truth { holds } else { !holds });
                }
            }
        }
        if let Some(field) = derived(left).or_else(|| derived(right)).cloned() {
            self.spend(size(&claim) + field.rule.as_ref().map_or(0, |rule| weight(&rule.body)))?;
            let Some(Body::Derived(rule)) = field.rule.as_deref().map(|rule| &rule.body) else {
                return Ok(self.single(&claim));
            };
            let bare = Tree::Field(Field { rule: None, ..field.clone() });
            let with = |tree: &Tree, by: &Tree| replaced(tree, &field, by);
            let known = self.known(&field);
            let given = self.compare(comparison, &with(left, &bare), &with(right, &bare))?;
            let follows = self.compare(comparison, &with(left, rule), &with(right, rule))?;
            return Ok(self.graph.choice(known, given, follows));
        }
        self.chosen(comparison, left, right, &claim)
    }

    /// A comparison of what a guard or a table chooses with a value that is written. Of several numbers the evaluator
    /// knows only the ends, so equality of numbers is left to it.
    fn chosen(&mut self, comparison: Comparison, left: &Tree, right: &Tree, claim: &Tree) -> Lowered {
        let Tree::Literal(literal) = right else { return Ok(self.single(claim)) };
        if comparison == Comparison::Equal && matches!(literal.value, Value::Number(_)) {
            return Ok(self.single(claim));
        }
        match left {
            Tree::If { guard, then, otherwise, claims: false } => {
                let guard = self.claim(guard)?;
                let then = self.compare(comparison, then, right)?;
                let otherwise = self.compare(comparison, otherwise, right)?;
                Ok(self.graph.branch(guard, then, otherwise))
            }
            Tree::Field(field) => match field.rule.as_ref().map(|rule| &rule.body) {
                Some(Body::Table(table)) if is_plain(table) => {
                    self.table(table, Truth::No.into(), |this, then| this.compare(comparison, then, right))
                }
                _ => Ok(self.single(claim)),
            },
            _ => Ok(self.single(claim)),
        }
    }

    fn apart(&mut self, difference: Difference, comparison: Comparison, claim: &Tree) -> Edge {
        let claim = || Some(Condition::of_part(claim));
        let Difference { above, below, alone } = &difference;
        if let ([(column, factor)], None) = (&*above.terms, below)
            && *factor != 0
            && let (Some(limit), Some(positive)) = (above.constant.checked_neg(), factor.checked_abs())
        {
            let (limit, comparison) =
                if *factor > 0 { (limit, comparison) } else { (above.constant, mirrored(comparison)) };
            let common = gcd(limit, positive);
            if let (Ok(above), Ok(below)) = (i64::try_from(limit / common), i64::try_from(positive / common))
            {
                let (column, alone) = (*column, alone.contains(column));
                let limit = Limit { comparison, above, below };
                let absent = if alone { Truth::No } else { Truth::Unknown };
                let test = Test::Range { column, limit, absent };
                let make = || Atom { test, columns: vec![column], claim: claim() };
                return self.place(Key::Range(column, limit, alone), make);
            }
        }
        let columns = difference.columns();
        let key = Key::Sign(difference.clone(), comparison);
        self.place(key, || Atom { test: Test::Sign { of: difference, comparison }, columns, claim: claim() })
    }

    pub(super) fn within(&mut self, value: &Tree, low: (&Tree, bool), high: (&Tree, bool)) -> Lowered {
        let above = if low.1 { Comparison::AtLeast } else { Comparison::Greater };
        let below = if high.1 { Comparison::AtMost } else { Comparison::Less };
        let ends = [self.compare(above, value, low.0)?, self.compare(below, value, high.0)?];
        Ok(self.graph.all(ends))
    }

    /// A text beside texts: of what a guard or a table chooses, each.
    fn text_inside(&mut self, claim: &Tree, value: &Tree, set: &Set, negated: bool) -> Lowered {
        let inside = |value: &Tree| Tree::In { value: value.clone().into(), set: set.clone(), negated };
        self.spend(size(claim))?;
        match value {
            Tree::Field(field) => match field.rule.as_ref().map(|rule| &rule.body) {
                Some(Body::Derived(rule)) => {
                    let known = self.known(field);
                    let given = self.claim(&inside(&Tree::Field(Field { rule: None, ..field.clone() })))?;
                    let follows = self.claim(&inside(rule))?;
                    Ok(self.graph.choice(known, given, follows))
                }
                // Where no row may hold, `not in` is not the contrary of `in`.
                Some(Body::Table(table)) if is_plain(table) && !negated => {
                    self.table(table, Truth::No.into(), |this, then| this.claim(&inside(then)))
                }
                _ => Ok(self.single(claim)),
            },
            Tree::If { guard, then, otherwise, claims: false } if !negated => {
                let guard = self.claim(guard)?;
                let (then, otherwise) = (self.claim(&inside(then))?, self.claim(&inside(otherwise))?);
                Ok(self.graph.branch(guard, then, otherwise))
            }
            _ => Ok(self.single(claim)),
        }
    }

    /// A set is opened where its value is a column or a sum: of several possible values each would have to be in it.
    pub(super) fn inside(&mut self, claim: &Tree, value: &Tree, set: &Set, negated: bool) -> Lowered {
        if let Some(edge) = self.one_value(claim) {
            return Ok(edge);
        }
        let is_text = |tree: &Tree| matches!(tree, Tree::Literal(Literal { value: Value::Text(_), .. }));
        if let Set::Members(members) = set
            && members.iter().all(is_text)
        {
            return self.text_inside(claim, value, set, negated);
        }
        let field = column_of(value);
        if field.is_none() && difference(self.columns, value, value).is_none() {
            return Ok(self.single(claim));
        }
        let inside = match set {
            Set::Members(members) => {
                let equal = members.iter().map(|member| self.compare(Comparison::Equal, value, member));
                let equal = equal.collect::<Result<Vec<_>, _>>()?;
                self.graph.any(equal)
            }
            Set::Interval { low, includes_low, high, includes_high } => {
                self.within(value, (low, *includes_low), (high, *includes_high))?
            }
            Set::List(_) => return Ok(self.single(claim)),
        };
        if !negated {
            return Ok(inside);
        }
        match (field, set) {
            (Some(field), _) => {
                let there = self.presence(field);
                Ok(self.graph.all([!inside, there]))
            }
            // A sum that is not known is not known to be anywhere.
            (None, Set::Members(members))
                if members.iter().all(|member| matches!(member, Tree::Literal(_))) =>
            {
                Ok(!inside)
            }
            (None, _) => Ok(self.single(claim)),
        }
    }
}

fn gcd(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one.unsigned_abs(), other.unsigned_abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    i128::try_from(one).unwrap_or(1).max(1)
}

/// How the negatives of two values compare.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

/// A claim beside a truth as written.
fn beside_truth<'t>(left: &'t Tree, right: &'t Tree) -> Option<(&'t Tree, bool)> {
    match (left, right) {
        (side, Tree::Literal(Literal { value: Value::Truth(truth), .. }))
        | (Tree::Literal(Literal { value: Value::Truth(truth), .. }), side) => Some((side, *truth)),
        _ => None,
    }
}

/// The field, if a value is that of a column, perhaps in another unit.
fn column_of(value: &Tree) -> Option<&Field> {
    match value {
        Tree::Field(field) if field.rule.is_none() => Some(field),
        Tree::Scaled { of, .. } => column_of(of),
        _ => None,
    }
}

/// The first field in an arithmetic value that follows from others by a text.
fn derived(value: &Tree) -> Option<&Field> {
    match value {
        Tree::Field(field) => {
            let rule = field.rule.as_ref()?;
            matches!(rule.body, Body::Derived(_)).then_some(field)
        }
        Tree::Minus(of) | Tree::Scaled { of, .. } => derived(of),
        Tree::Sum(operands) | Tree::Product(operands) => {
            operands.iter().find_map(|operand| derived(&operand.tree))
        }
        Tree::Call { function: Function::Sum | Function::Mean | Function::DaysBetween, arguments } => {
            arguments.iter().find_map(derived)
        }
        _ => None,
    }
}

/// An arithmetic value with every use of a field replaced.
fn replaced(tree: &Tree, field: &Field, by: &Tree) -> Tree {
    let again = |tree: &Tree| replaced(tree, field, by);
    let operands = |operands: &[Operand]| -> Vec<Operand> {
        operands.iter().map(|part| Operand { inverse: part.inverse, tree: again(&part.tree) }).collect()
    };
    match tree {
        Tree::Field(found) if found == field => by.clone(),
        Tree::Minus(of) => Tree::Minus(again(of).into()),
        Tree::Scaled { factor, of } => Tree::Scaled { factor: factor.clone(), of: again(of).into() },
        Tree::Sum(parts) => Tree::Sum(operands(parts)),
        Tree::Product(parts) => Tree::Product(operands(parts)),
        Tree::Call {
            function: function @ (Function::Sum | Function::Mean | Function::DaysBetween),
            arguments,
        } => Tree::Call { function: *function, arguments: arguments.iter().map(again).collect() },
        other => other.clone(),
    }
}

/// Parts of a tree, rules not counted.
fn size(tree: &Tree) -> usize {
    let mut parts = 1;
    tree.visit_parts(&mut |part| parts += size(part));
    parts
}

fn weight(body: &Body) -> usize {
    match body {
        Body::Derived(tree) => size(tree),
        Body::Table(_) => 1,
    }
}

/// The most results of a table whose texts the evaluator keeps apart.
const MOST_RESULTS: usize = 16;

/// Whether the table gives what its first row that holds says, uncapped.
fn is_plain(table: &CheckedTable) -> bool {
    let mut written: Vec<&Value> = Vec::new();
    let mut others = 0;
    for (_, then) in &table.rows {
        match then {
            Tree::Literal(literal) if written.contains(&&literal.value) => {}
            Tree::Literal(literal) => written.push(&literal.value),
            _ => others += 1,
        }
    }
    table.hit == Hit::First && table.cap.is_none() && written.len() + others <= MOST_RESULTS
}
