mod statements;

use super::*;
use desk::Rights;
use std::collections::BTreeSet;

#[test]
fn every_field_of_the_api_has_a_right() {
    let rights = Rights::shipped().unwrap();
    let without: Vec<String> = fields()
        .into_iter()
        .filter(|(parent, field)| rights.of(parent, field).is_none())
        .map(|(parent, field)| format!("{parent}.{field}"))
        .collect();
    assert!(without.is_empty(), "give these a row in crates/desk/rights.toml: {without:#?}");
}

#[test]
fn every_right_is_of_a_field() {
    let fields = fields();
    let types: BTreeSet<&str> = fields.iter().map(|(parent, _)| parent.as_str()).collect();
    let rights = Rights::shipped().unwrap();
    let idle: Vec<String> = rights
        .rows()
        .filter(|(parent, field)| match *field {
            "*" => !types.contains(parent),
            field => !fields.iter().any(|(one, two)| one == parent && two == field),
        })
        .map(|(parent, field)| format!("{parent}.{field}"))
        .collect();
    assert!(idle.is_empty(), "crates/desk/rights.toml has rows for fields that do not exist: {idle:#?}");
}

#[test]
fn everything_in_the_schema_is_described() {
    let document = parser::parse_schema(sdl()).unwrap();
    let mut silent = vec![];
    for definition in document.definitions {
        let TypeSystemDefinition::Type(named) = definition else { continue };
        let (name, kind) = (named.node.name.node.to_string(), named.node.kind);
        let mut see = |place: String, description: bool| {
            if !description {
                silent.push(place);
            }
        };
        see(name.clone(), named.node.description.is_some());
        match kind {
            TypeKind::Object(parser::types::ObjectType { fields, .. })
            | TypeKind::Interface(parser::types::InterfaceType { fields, .. }) => {
                for field in fields {
                    see(format!("{name}.{}", field.node.name.node), field.node.description.is_some());
                    for argument in &field.node.arguments {
                        let place = format!("{name}.{}({}:)", field.node.name.node, argument.node.name.node);
                        see(place, argument.node.description.is_some());
                    }
                }
            }
            TypeKind::InputObject(input) => {
                for field in input.fields {
                    see(format!("{name}.{}", field.node.name.node), field.node.description.is_some());
                }
            }
            TypeKind::Enum(values) => {
                for value in values.values {
                    see(format!("{name}.{}", value.node.value.node), value.node.description.is_some());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    // The arguments of the two mutations are the inputs they are named after.
    silent.retain(|place| !place.ends_with("(input:)"));
    assert!(silent.is_empty(), "{silent:#?}");
}
