//! From parameters to a document that is safe to hand to the schema.

use super::guard::{self, Excess, Limit};
use super::limits;
use super::parameters::Parameters;
use super::refusal::Refusal;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::parser::{Positioned, parse_query};
use async_graphql::{Name, Request, Variables};
use std::collections::HashMap;

/// A request whose document is measured and parsed.
#[derive(Debug)]
pub struct Prepared {
    /// The request, to be given its data and executed. The document in it is not parsed again.
    pub request: Request,
    /// What the chosen operation does.
    pub operation: OperationType,
}

/// Measures, parses and surveys a document, and chooses its operation.
///
/// Parsing needs less than 512 KiB of stack in a debug build, whatever passes the guard; tokio's threads have 2 MiB.
///
/// # Errors
/// [`Refusal::Excess`], [`Refusal::Syntax`], [`Refusal::FragmentCycle`], [`Refusal::IntrospectionForbidden`] when
/// `introspection` is false and the document asks anywhere for `__schema`, or for more of a `__type` than its name,
/// [`Refusal::OperationNotNamed`], [`Refusal::OperationUnknown`], [`Refusal::SubscriptionRoot`].
pub fn prepare(parameters: Parameters, introspection: bool) -> Result<Prepared, Refusal> {
    guard::check(parameters.query.as_bytes())?;
    let document = parse_query(&parameters.query)?;
    let asked = survey(&document)?;
    if asked == AskedOfSchema::More && !introspection {
        return Err(Refusal::IntrospectionForbidden);
    }
    let chosen = choose(&document.operations, parameters.operation_name.as_deref())?;
    let operation = chosen.ty;
    if operation == OperationType::Subscription && !has_one_root(&chosen.selection_set.node) {
        return Err(Refusal::SubscriptionRoot);
    }
    let variables = Variables::from_json(parameters.variables.into());
    let mut request = Request::new(parameters.query).variables(variables);
    request.operation_name = parameters.operation_name;
    request.set_parsed_query(document);
    if asked == AskedOfSchema::Nothing {
        request = request.disable_introspection();
    }
    Ok(Prepared { request, operation })
}

/// Whether a subscription asks for one thing. Fragments could hide others behind directives, so there are none.
fn has_one_root(set: &SelectionSet) -> bool {
    match set.items.as_slice() {
        [only] => match &only.node {
            Selection::Field(field) => {
                !field.node.name.node.starts_with("__") && field.node.directives.is_empty()
            }
            _ => false,
        },
        _ => false,
    }
}

fn choose<'d>(
    operations: &'d DocumentOperations,
    name: Option<&str>,
) -> Result<&'d OperationDefinition, Refusal> {
    let chosen = match (operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (only, None) => only,
                _ => return Err(Refusal::OperationNotNamed),
            }
        }
    };
    chosen
        .map(|operation| &operation.node)
        .ok_or_else(|| Refusal::OperationUnknown { name: name.unwrap_or_default().to_owned() })
}

/// What a document asks about the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AskedOfSchema {
    Nothing,
    /// Whether types exist, by their names: what everybody may know.
    Names,
    More,
}

/// Bounds every operation with its fragments written out; answers what is asked about the schema.
fn survey(document: &ExecutableDocument) -> Result<AskedOfSchema, Refusal> {
    let asked = AskedOfSchema::Nothing;
    let mut survey = Survey { fragments: &document.fragments, surveyed: HashMap::new(), asked };
    for (_, operation) in document.operations.iter() {
        if survey.selections(&operation.node.selection_set.node)?.size > limits::WRITTEN_OUT_SELECTIONS {
            return Err(Excess::Over(Limit::WrittenOutSelections).into());
        }
    }
    Ok(survey.asked)
}

struct Survey<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Each fragment met; `None` while it is being looked at.
    surveyed: HashMap<&'a str, Option<Selections>>,
    asked: AskedOfSchema,
}

/// A selection set with its fragments written out.
#[derive(Clone, Copy)]
struct Selections {
    size: usize,
    /// Whether it holds nothing but `name` and `__typename`.
    only_names: bool,
}

impl Selections {
    const NONE: Self = Self { size: 0, only_names: true };
}

impl<'a> Survey<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> Result<Selections, Refusal> {
        let mut all = Selections::NONE;
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => {
                    let inside = self.selections(&field.node.selection_set.node)?;
                    let name = field.node.name.node.as_str();
                    self.asked = self.asked.max(match name {
                        "__type" if inside.only_names => AskedOfSchema::Names,
                        "__type" | "__schema" => AskedOfSchema::More,
                        _ => AskedOfSchema::Nothing,
                    });
                    Selections { only_names: matches!(name, "name" | "__typename"), ..inside }
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())?
                }
            };
            all.size = all.size.saturating_add(one.size).saturating_add(1);
            all.only_names &= one.only_names;
        }
        Ok(all)
    }

    fn fragment(&mut self, name: &'a str) -> Result<Selections, Refusal> {
        match self.surveyed.get(name) {
            Some(Some(selections)) => return Ok(*selections),
            Some(None) => return Err(Refusal::FragmentCycle { name: name.to_owned() }),
            None => {}
        }
        // A fragment that does not exist is told by validation, with its place.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Selections::NONE) };
        self.surveyed.insert(name, None);
        let selections = self.selections(&fragment.node.selection_set.node)?;
        self.surveyed.insert(name, Some(selections));
        Ok(selections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(query: &str) -> Result<Prepared, Refusal> {
        let query = query.to_owned();
        prepare(Parameters { query, operation_name: None, variables: serde_json::Map::new() }, false)
    }

    /// A chain of fragments, each of which spreads the next one twice.
    fn doubling(last: usize) -> String {
        let links = (0..last).map(|i| format!("fragment F{i} on Query {{ ...F{0} ...F{0} }}", i + 1));
        let links = links.collect::<Vec<_>>().concat();
        format!("{{ ...F0 }} {links} fragment F{last} on Query {{ greeting }}")
    }

    #[test]
    fn fragments_may_not_multiply_without_bound() {
        assert!(prepared(&doubling(10)).is_ok());
        // The last is far beyond what a counter holds.
        for last in [11, 30, 120] {
            let refusal = prepared(&doubling(last)).unwrap_err();
            assert_eq!(refusal, Refusal::Excess(Excess::Over(Limit::WrittenOutSelections)), "{last}");
        }
    }

    #[test]
    fn everybody_may_ask_whether_a_type_exists_and_staff_alone_for_more() {
        for harmless in [
            "query Type($name: String!) { __type(name: $name) { name } }",
            "{ a: __type(name: \"Query\") { __typename b: name } }",
            "{ __type(name: \"Query\") { ...F ... { name } ... on __Type { __typename } } } fragment F on __Type { name }",
            "{ __typename fields { name } }",
        ] {
            assert!(prepared(harmless).is_ok(), "{harmless}");
        }
        for telling in [
            "{ __schema { __typename } }",
            "{ a: __schema { queryType { name } } }",
            "{ __type(name: \"Query\") { name kind } }",
            "{ __type(name: \"Query\") { name: description } }",
            "{ __type(name: \"Query\") { name ofType { name } } }",
            "{ __type(name: \"Query\") { ... { ...F } } } fragment F on __Type { name ...G } fragment G on __Type { fields { name } }",
            "{ a: __type(name: \"Query\") { name } b: __type(name: \"Query\") { fields { name } } }",
            "query A { __typename } mutation B { ...F } fragment F on Mutation { __type(name: \"Query\") { kind } }",
        ] {
            assert_eq!(prepared(telling).unwrap_err(), Refusal::IntrospectionForbidden, "{telling}");
        }
    }

    #[test]
    fn a_subscription_asks_for_one_thing_and_not_by_a_fragment() {
        assert!(prepared("subscription { a: changed(id: 1) { id } }").is_ok());
        for bad in [
            "subscription { a b }",
            "subscription { a: changed a: changed }",
            "subscription { ...F } fragment F on Subscription { a }",
            "subscription { ... { a } }",
            "subscription { __typename }",
            "subscription { a @include(if: true) }",
        ] {
            assert_eq!(prepared(bad).unwrap_err(), Refusal::SubscriptionRoot, "{bad}");
        }
        assert!(prepared("{ a b }").is_ok());
    }

    #[test]
    fn a_fragment_may_not_spread_itself() {
        let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { a { ... { ...A } } }";
        assert_eq!(prepared(cycle).unwrap_err(), Refusal::FragmentCycle { name: "A".into() });
    }
}
