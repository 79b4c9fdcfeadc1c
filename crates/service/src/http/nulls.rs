//! Puts null where a field failed, as the September 2025 specification asks in section 6.4.4.
//!
//! async-graphql since 7.1 leaves a failed field out of its object, whatever its type: a client would find a
//! non-null field missing. Here a failed nullable field is null, and a failed non-null one makes its parent null,
//! up to the first that may be.

use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
};
use async_graphql::{Name, PathSegment, QueryPathNode, QueryPathSegment, Response, ServerResult, Value};
use std::sync::{Arc, Mutex, PoisonError};

/// The extension of a schema that makes failed fields null: `SchemaBuilder::extension(NullPropagation)`.
#[derive(Debug, Clone, Copy)]
pub struct NullPropagation;

impl ExtensionFactory for NullPropagation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Propagation::default())
    }
}

/// Fields of one request that became null and are not yet written into their parent.
#[derive(Default)]
struct Propagation {
    failed: Mutex<Vec<Failed>>,
}

struct Failed {
    path: Vec<PathSegment>,
    nullable: bool,
}

#[async_trait]
impl Extension for Propagation {
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(context, name).await;
        response.data = self.written(&[], false, response.data).unwrap_or_default();
        response
    }

    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let node = info.path_node;
        let nullable = !info.return_type.ends_with('!');
        let nullable_items = has_nullable_items(info.return_type);
        match next.run(context, info).await {
            Ok(None) => Ok(None),
            Ok(Some(value)) if !self.any() => Ok(Some(value)),
            Ok(Some(value)) => {
                let path = path(node);
                let written = self.written(&path, nullable_items, value);
                if written.is_none() {
                    self.fail(path, nullable);
                }
                Ok(Some(written.unwrap_or_default()))
            }
            Err(error) => {
                self.fail(path(node), nullable);
                Err(error)
            }
        }
    }
}

impl Propagation {
    fn any(&self) -> bool {
        !self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn fail(&self, path: Vec<PathSegment>, nullable: bool) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(Failed { path, nullable });
    }

    /// Writes null for every failed child into the value at `path`; `None` when one of them may not be null.
    fn written(&self, path: &[PathSegment], nullable_items: bool, mut value: Value) -> Option<Value> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // What failed deeper than a child lies in a value that is gone already.
        let children: Vec<Failed> = failed.extract_if(.., |failed| failed.path.starts_with(path)).collect();
        drop(failed);
        for child in children {
            let Some((last, [])) = child.path.get(path.len()..).and_then(<[_]>::split_first) else {
                continue;
            };
            // An item's own type is told wrongly where the list is of references; the list's is right.
            let nullable =
                if matches!(last, PathSegment::Index(_)) { nullable_items } else { child.nullable };
            if !nullable {
                return None;
            }
            write_null(&mut value, last);
        }
        Some(value)
    }
}

/// Tells whether a type such as `[Thing]!` is a list whose items may be null.
fn has_nullable_items(qualified: &str) -> bool {
    let bare = qualified.strip_suffix('!').unwrap_or(qualified);
    bare.strip_suffix(']').is_some_and(|item| !item.ends_with('!'))
}

fn write_null(value: &mut Value, child: &PathSegment) {
    match (value, child) {
        (Value::Object(fields), PathSegment::Field(key)) => {
            fields.insert(Name::new(key), Value::Null);
        }
        // An object all of whose fields failed arrives as null.
        (value @ Value::Null, PathSegment::Field(key)) => {
            *value = Value::Object([(Name::new(key), Value::Null)].into_iter().collect());
        }
        (Value::List(items), PathSegment::Index(index)) => {
            if let Some(item) = items.get_mut(*index) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}

/// Where a field stands in the answer.
pub(crate) fn path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let segments = std::iter::once(node).chain(node.parents()).map(|node| match node.segment {
        QueryPathSegment::Index(index) => PathSegment::Index(index),
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
    });
    let mut path: Vec<PathSegment> = segments.collect();
    path.reverse();
    path
}

#[cfg(test)]
mod tests;
