//! Reads rules in the order of their use, and refuses circles.

use std::{collections::HashSet, sync::Arc};

use super::{Body, CheckedTable, Flaw, Hit, Part, Rule, RuleMistake, Rules, Table};
use crate::{
    Dictionary, Mistake, Number, Type, Value,
    parser::{self, Goal, Parse},
    tree::{DEEPEST, Literal, Tree},
};

impl Dictionary {
    /// Adds what follows from other fields: derived fields, tables and criteria may then be used in texts. A derived
    /// field is one that the dictionary has with its type and unit; a table is a new name, and its label one too.
    ///
    /// # Errors
    /// The first [`RuleMistake`]: a text that does not read, a rule that uses itself, a name that is taken.
    pub fn with_rules(mut self, rules: &Rules) -> Result<Self, RuleMistake> {
        for key in rules.derived.keys() {
            if self.get(key).is_none() {
                return Err(mistake(key, Part::Whole, Flaw::NoField));
            }
        }
        for (key, table) in &rules.tables {
            if self.get(key).is_some() {
                return Err(mistake(key, Part::Whole, Flaw::NameTaken));
            }
            if let Some(label) = &table.label {
                self.alias(label.clone(), key.clone());
            }
        }
        let mut resolver = Resolver { dictionary: self, rules, done: HashSet::new(), path: vec![] };
        let named = rules.derived.keys().chain(rules.tables.keys()).map(|key| Node::Field(key.clone()));
        for node in named.chain(rules.criteria.keys().map(|id| Node::Criteria(id.clone()))) {
            resolver.resolve(&node)?;
        }
        Ok(resolver.dictionary)
    }
}

/// What has a rule. Fields and criteria have names of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Field(Arc<str>),
    Criteria(Arc<str>),
}

impl Node {
    fn name(&self) -> &Arc<str> {
        match self {
            Self::Field(name) | Self::Criteria(name) => name,
        }
    }
}

struct Resolver<'r> {
    dictionary: Dictionary,
    rules: &'r Rules,
    done: HashSet<Node>,
    path: Vec<Node>,
}

fn mistake(rule: &Arc<str>, part: Part, flaw: Flaw) -> RuleMistake {
    RuleMistake { rule: rule.clone(), part, flaw }
}

impl Resolver<'_> {
    fn resolve(&mut self, node: &Node) -> Result<(), RuleMistake> {
        if self.done.contains(node) {
            return Ok(());
        }
        if let Some(from) = self.path.iter().position(|on| on == node) {
            let circle = self.path.iter().skip(from).chain([node]).map(|node| node.name().clone());
            return Err(mistake(node.name(), Part::Whole, Flaw::Cycle(circle.collect())));
        }
        if self.path.len() >= DEEPEST {
            return Err(mistake(node.name(), Part::Whole, Flaw::TooDeep));
        }
        self.path.push(node.clone());
        for used in self.uses(node) {
            self.resolve(&used)?;
        }
        self.path.pop();
        self.read(node)?;
        self.done.insert(node.clone());
        Ok(())
    }

    /// The rules that the texts of this one name.
    fn uses(&self, node: &Node) -> Vec<Node> {
        let rules = self.rules;
        let texts: Vec<&str> = match node {
            Node::Criteria(id) => rules.criteria.get(id).into_iter().flatten().map(|text| &**text).collect(),
            Node::Field(key) => match (rules.derived.get(key), rules.tables.get(key)) {
                (Some(text), _) => vec![&**text],
                (None, Some(table)) => table.texts().collect(),
                (None, None) => vec![],
            },
        };
        let mut used = Vec::new();
        for text in texts {
            let (words, criteria) = parser::names(text);
            for word in words {
                let key = self.dictionary.key(&word).cloned().unwrap_or_else(|| word.into());
                if rules.derived.contains_key(&key) || rules.tables.contains_key(&key) {
                    used.push(Node::Field(key));
                }
            }
            let known = criteria.into_iter().map(Arc::from).filter(|id| rules.criteria.contains_key(id));
            used.extend(known.map(Node::Criteria));
        }
        used
    }

    fn read(&mut self, node: &Node) -> Result<(), RuleMistake> {
        match node {
            Node::Criteria(id) => {
                let Some(clauses) = self.rules.criteria.get(id) else { return Ok(()) };
                let rule = self.criteria(id, clauses)?;
                self.dictionary.set_criteria(id, Arc::new(rule));
            }
            Node::Field(key) => match (self.rules.derived.get(key), self.rules.tables.get(key)) {
                (Some(text), _) => {
                    let Some(kind) = self.dictionary.get(key).map(|(_, kind)| kind.clone()) else {
                        return Ok(());
                    };
                    let found = self.parse(key, Part::Whole, text, &Goal::Like(kind.clone()))?;
                    let rule = Rule { body: Body::Derived(found.tree), depth: found.depth };
                    let key = self.dictionary.key(key).cloned().unwrap_or_else(|| key.clone());
                    self.dictionary.set_rule(&key, kind, Arc::new(rule));
                }
                (None, Some(table)) => {
                    let (rule, kind) = self.table(key, table)?;
                    self.dictionary.set_rule(key, kind, Arc::new(rule));
                }
                (None, None) => {}
            },
        }
        Ok(())
    }

    fn parse(&self, rule: &Arc<str>, part: Part, text: &str, goal: &Goal) -> Result<Parse, RuleMistake> {
        let wrong = |found: Box<Mistake>| mistake(rule, part, Flaw::Text(found));
        parser::parse(text, &self.dictionary, goal).map_err(wrong)
    }

    fn criteria(&self, id: &Arc<str>, clauses: &[String]) -> Result<Rule, RuleMistake> {
        let mut trees = Vec::new();
        let mut depth = 0;
        for (index, clause) in clauses.iter().enumerate() {
            let found = self.parse(id, Part::Clause(index + 1), clause, &Goal::Claim)?;
            depth = depth.max(found.depth);
            trees.push(found.tree);
        }
        match trees.pop() {
            None => Err(mistake(id, Part::Whole, Flaw::Empty)),
            Some(only) if trees.is_empty() => Ok(Rule { body: Body::Derived(only), depth }),
            Some(last) => {
                trees.push(last);
                Ok(Rule { body: Body::Derived(Tree::And(trees)), depth: depth + 1 })
            }
        }
    }

    /// Every row gives the type of the first, in its unit.
    fn table(&self, key: &Arc<str>, table: &Table) -> Result<(Rule, Type), RuleMistake> {
        let mut kind = None;
        let mut depth = 0;
        let mut rows = Vec::new();
        // A row that has a unit goes first, so that numbers without one take it.
        for (index, row) in table.rows.iter().enumerate() {
            let found = self.parse(key, Part::Then(index + 1), &row.then, &Goal::Anything)?;
            let better = matches!(found.kind, Type::Amount(_)) && !matches!(kind, Some(Type::Amount(_)));
            if kind.is_none() || better {
                kind = Some(found.kind);
            }
        }
        let Some(kind) = kind else { return Err(mistake(key, Part::Whole, Flaw::Empty)) };
        let kind = if matches!(kind, Type::Choice(_)) { Type::Text } else { kind };
        for (index, row) in table.rows.iter().enumerate() {
            let then = self.parse(key, Part::Then(index + 1), &row.then, &Goal::Like(kind.clone()))?;
            depth = depth.max(then.depth);
            let when = match &row.when {
                None => None,
                Some(text) => {
                    let when = self.parse(key, Part::When(index + 1), text, &Goal::Claim)?;
                    depth = depth.max(when.depth);
                    Some(when.tree)
                }
            };
            rows.push((when, then.tree));
        }
        let counted = table.hit != Hit::First || table.cap.is_some();
        if counted && !kind.is_numeric() {
            return Err(mistake(key, Part::Whole, Flaw::NoNumbers));
        }
        let cap = match &table.cap {
            None => None,
            Some(text) => Some(self.cap(key, text, &kind)?),
        };
        let claims = kind == Type::Truth;
        let body = Body::Table(CheckedTable { hit: table.hit, cap, rows, claims });
        Ok((Rule { body, depth: depth + 1 }, kind))
    }

    fn cap(&self, key: &Arc<str>, text: &str, kind: &Type) -> Result<Number, RuleMistake> {
        let found = self.parse(key, Part::Cap, text, &Goal::Like(kind.clone()))?;
        match found.tree {
            Tree::Literal(Literal { value: Value::Number(number), .. }) => Ok(number),
            _ => Err(mistake(key, Part::Cap, Flaw::NoNumbers)),
        }
    }
}

impl Table {
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| row.when.iter().chain([&row.then])).map(|text| &**text)
    }
}
