//! The data model: ECMAScript, run by boa. Every session has its own.
use crate::event::{Data, Event, PROCESSOR};
use boa_engine::object::builtins::JsSet;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, Source, js_string};
use roxmltree::Node;
use serde_json::{Value, json};

/// Turns of loops that one piece of script may take.
const TURNS: u64 = 100_000;

/// Why a script came to no value.
type Failure = String;

pub(crate) struct DataModel {
    context: Context,
    active: JsSet,
    element: JsObject,
}

impl DataModel {
    /// The data model of a session, with the variables of the system (SCXML 5.10).
    pub(crate) fn new(session: &str, name: &str) -> Result<Self, Failure> {
        let mut context = Context::default();
        context.runtime_limits_mut().set_loop_iteration_limit(TURNS);
        let active = JsSet::new(&mut context);
        let element = prelude(&mut context, &active).map_err(|error| error.to_string())?;
        let mut model = Self { context, active, element };
        let location = json!({ "location": format!("#_scxml_{session}") });
        let processors = json!({ PROCESSOR: location, "scxml": location });
        for (variable, value) in
            [("_sessionid", json!(session)), ("_name", json!(name)), ("_ioprocessors", processors)]
        {
            let value = model.value(&Data::Json(value))?;
            let global = model.context.global_object();
            model.fix(&global, variable, value)?;
        }
        Ok(model)
    }

    pub(crate) fn evaluate(&mut self, expression: &str) -> Result<JsValue, Failure> {
        // In parentheses an object is no block; the line ends a comment. Authors end expressions like statements.
        self.run(&format!("({}\n)", expression.trim_end().trim_end_matches(';')))
    }

    pub(crate) fn run(&mut self, script: &str) -> Result<JsValue, Failure> {
        self.context.eval(Source::from_bytes(script)).map_err(|error| {
            let said = error.to_string();
            format!("{} in {:?}", said.lines().next().unwrap_or_default(), start(script))
        })
    }

    pub(crate) fn holds(&mut self, condition: &str) -> Result<bool, Failure> {
        Ok(self.evaluate(condition)?.to_boolean())
    }

    pub(crate) fn text(&mut self, expression: &str) -> Result<String, Failure> {
        let value = self.evaluate(expression)?;
        let text = value.to_string(&mut self.context).map_err(|error| error.to_string())?;
        Ok(text.to_std_string_lossy())
    }

    /// The value of an expression, ready to travel.
    pub(crate) fn data(&mut self, expression: &str) -> Result<Data, Failure> {
        let value = self.evaluate(expression)?;
        self.outward(&value).map_err(|error| error.to_string())
    }

    fn outward(&mut self, value: &JsValue) -> JsResult<Data> {
        if let Some(object) = value.as_object()
            && let Some(xml) = object.get(js_string!("outerHTML"), &mut self.context)?.as_string()
        {
            return Ok(Data::Xml(xml.to_std_string_lossy()));
        }
        Ok(value.to_json(&mut self.context)?.map_or(Data::Nothing, Data::Json))
    }

    /// The items of an array, as they are now.
    pub(crate) fn items(&mut self, array: &str) -> Result<Vec<JsValue>, Failure> {
        let value = self.evaluate(array)?;
        let object = value.as_object().filter(JsObject::is_array);
        let object = object.ok_or_else(|| format!("{array} is no array"))?;
        let array = boa_engine::object::builtins::JsArray::from_object(object);
        let array = array.map_err(|error| error.to_string())?;
        let length = array.length(&mut self.context).map_err(|error| error.to_string())?.min(TURNS);
        (0..length).map(|at| array.get(at, &mut self.context).map_err(|error| error.to_string())).collect()
    }

    /// Makes a variable, which is undefined until it is assigned.
    pub(crate) fn declare(&mut self, variable: &str) -> Result<(), Failure> {
        self.set_global(variable, JsValue::undefined())
    }

    fn set_global(&mut self, variable: &str, value: JsValue) -> Result<(), Failure> {
        let global = self.context.global_object();
        let set = global.set(JsString::from(variable), value, true, &mut self.context);
        set.map(drop).map_err(|error| error.to_string())
    }

    /// Assigns to what exists; strictly, so that what does not, or may not be changed, is an error.
    pub(crate) fn assign(&mut self, location: &str, value: JsValue) -> Result<(), Failure> {
        self.set_global(ASSIGNED, value)?;
        self.run(&format!("'use strict'; {location} = {ASSIGNED};")).map(drop)
    }

    /// Assigns to a variable that need not exist yet.
    pub(crate) fn assign_item(&mut self, variable: &str, value: JsValue) -> Result<(), Failure> {
        self.set_global(ASSIGNED, value)?;
        self.run(&format!("{variable} = {ASSIGNED};")).map(drop)
    }

    /// A value that travelled, as this session sees it.
    pub(crate) fn value(&mut self, data: &Data) -> Result<JsValue, Failure> {
        let value = match data {
            Data::Nothing => Ok(JsValue::undefined()),
            Data::Json(json) => JsValue::from_json(json, &mut self.context),
            Data::Xml(text) => {
                let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
                let tree = tree(document.root_element(), text);
                JsValue::from_json(&tree, &mut self.context)
                    .and_then(|tree| self.element.call(&JsValue::undefined(), &[tree], &mut self.context))
            }
        };
        value.map_err(|error| error.to_string())
    }

    /// Binds `_event`, for reading only.
    pub(crate) fn set_event(&mut self, event: &Event) -> Result<(), Failure> {
        let text = |text: &Option<String>| {
            text.as_ref().map_or(JsValue::undefined(), |text| JsString::from(text.as_str()).into())
        };
        let data = self.value(&event.data)?;
        let fields: [(&str, JsValue); 7] = [
            ("name", JsString::from(event.name.as_str()).into()),
            ("type", JsString::from(event.kind).into()),
            ("sendid", text(&event.send_id)),
            ("origin", text(&event.origin)),
            ("origintype", text(&event.origin.as_ref().map(|_| PROCESSOR.to_owned()))),
            ("invokeid", text(&event.invoke_id)),
            ("data", data),
        ];
        let object = JsObject::with_object_proto(self.context.intrinsics());
        for (name, value) in fields {
            self.fix(&object, name, value)?;
        }
        let global = self.context.global_object();
        self.fix(&global, "_event", object.into())
    }

    /// Sets what scripts may read but not write.
    fn fix(&mut self, object: &JsObject, name: &str, value: JsValue) -> Result<(), Failure> {
        let property =
            PropertyDescriptor::builder().value(value).writable(false).enumerable(true).configurable(true);
        let defined =
            object.define_property_or_throw(JsString::from(name), property.build(), &mut self.context);
        defined.map(drop).map_err(|error| error.to_string())
    }

    /// Makes `In(state)` true.
    pub(crate) fn enter(&mut self, state: &str) -> Result<(), Failure> {
        let added = self.active.add(JsString::from(state), &mut self.context);
        added.map(drop).map_err(|error| error.to_string())
    }

    /// Makes `In(state)` false.
    pub(crate) fn leave(&mut self, state: &str) {
        self.active.delete(JsString::from(state));
    }
}

/// Holds a value on its way into a variable.
const ASSIGNED: &str = "$assigned";

fn prelude(context: &mut Context, active: &JsSet) -> JsResult<JsObject> {
    let prelude = context.eval(Source::from_bytes(include_str!("prelude.js")))?;
    let prelude = prelude.as_callable().ok_or_else(boa_engine::JsNativeError::typ)?;
    let element = prelude.call(&JsValue::undefined(), &[active.clone().into()], context)?;
    Ok(element.as_callable().ok_or_else(boa_engine::JsNativeError::typ)?)
}

/// An element in the form that `prelude.js` takes.
fn tree(node: Node, text: &str) -> Value {
    let attributes: serde_json::Map<_, _> =
        node.attributes().map(|attribute| (attribute.name().to_owned(), json!(attribute.value()))).collect();
    let children: Vec<Value> = node
        .children()
        .filter_map(|child| {
            if child.is_element() { Some(tree(child, text)) } else { child.text().map(|text| json!(text)) }
        })
        .collect();
    let xml = text.get(node.range());
    json!({ "name": node.tag_name().name(), "attributes": attributes, "children": children, "xml": xml })
}

/// As much of a script as a message can bear.
fn start(script: &str) -> String {
    script.trim().chars().take(60).collect()
}
