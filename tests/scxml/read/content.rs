//! Executable content (SCXML 4, 6.2, 6.3).
use super::{child, elements, load, required, text, unsupported};
use crate::document::{Branch, Content, Document, Payload, Send, Text, Value};
use crate::event::Data;
use roxmltree::Node;

impl Document {
    pub(super) fn content(&self, node: Node) -> Result<Vec<Content>, String> {
        elements(node).map(|child| self.item(child)).collect()
    }

    fn item(&self, node: Node) -> Result<Content, String> {
        let attribute = |name: &str| node.attribute(name).map(str::to_owned);
        Ok(match node.tag_name().name() {
            "raise" => Content::Raise(required(node, "event")?),
            "log" => Content::Log(attribute("expr").unwrap_or_else(|| "''".into())),
            "assign" => {
                Content::Assign { location: required(node, "location")?, value: Self::value(node, "expr")? }
            }
            "script" => Content::Script(self.script(node)?),
            "if" => Content::If(self.branches(node)?),
            "foreach" => Content::ForEach {
                array: required(node, "array")?,
                item: required(node, "item")?,
                index: attribute("index"),
                body: self.content(node)?,
            },
            "send" => Content::Send(Box::new(Send {
                event: text(node, "event", "eventexpr"),
                target: text(node, "target", "targetexpr"),
                kind: text(node, "type", "typeexpr"),
                delay: text(node, "delay", "delayexpr"),
                id: attribute("id"),
                id_location: attribute("idlocation"),
                payload: Self::payload(node)?,
            })),
            "cancel" => match text(node, "sendid", "sendidexpr") {
                Text::Nothing => return Err("<cancel> needs the attribute sendid".into()),
                id => Content::Cancel(id),
            },
            other => return Err(unsupported(&format!("<{other}> as content"))),
        })
    }

    fn branches(&self, node: Node) -> Result<Vec<Branch>, String> {
        let mut branches = vec![(Some(required(node, "cond")?), vec![])];
        for child in elements(node) {
            match child.tag_name().name() {
                "elseif" => branches.push((Some(required(child, "cond")?), vec![])),
                "else" => branches.push((None, vec![])),
                _ => {
                    let item = self.item(child)?;
                    branches.last_mut().map(|(_, body)| body.push(item)).ok_or("a branch is missing")?;
                }
            }
        }
        Ok(branches)
    }

    pub(super) fn script(&self, node: Node) -> Result<String, String> {
        match node.attribute("src") {
            Some(source) => load(&self.folder, source),
            None => Ok(words(node)),
        }
    }

    /// `namelist`, `<param>` and `<content>`.
    pub(super) fn payload(node: Node) -> Result<Payload, String> {
        let names = node.attribute("namelist").unwrap_or_default().split_whitespace();
        let mut values: Vec<_> = names.map(|name| (name.to_owned(), name.to_owned())).collect();
        for param in elements(node).filter(|child| child.tag_name().name() == "param") {
            let value = param.attribute("expr").or(param.attribute("location"));
            let value = value.ok_or("<param> needs the attribute expr or location")?;
            values.push((required(param, "name")?, value.to_owned()));
        }
        let content = child(node, "content").map(|content| Self::value(content, "expr")).transpose()?;
        Ok(Payload { named: values, content: content.unwrap_or_default() })
    }

    /// The value that an element gives: an expression, a file, an element, or text.
    pub(super) fn value(node: Node, expression: &str) -> Result<Value, String> {
        if let Some(expression) = node.attribute(expression) {
            return Ok(Value::Expression(expression.to_owned()));
        }
        if let Some(source) = node.attribute("src") {
            return Ok(Value::Source(source.to_owned()));
        }
        if let Some(element) = elements(node).next() {
            let source = node.document().input_text();
            let text = source.get(element.range()).ok_or("an element lies outside its document")?;
            return Ok(Value::Inline(Data::Xml(text.to_owned())));
        }
        Ok(match Data::of_text(&words(node)) {
            Data::Nothing => Value::Nothing,
            data => Value::Inline(data),
        })
    }
}

/// The text within an element, in all its pieces.
fn words(node: Node) -> String {
    node.children().filter_map(|child| if child.is_text() { child.text() } else { None }).collect()
}
