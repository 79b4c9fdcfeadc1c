#![expect(clippy::unused_async, reason = "async-graphql takes only async resolvers")]

use super::*;
use async_graphql::{EmptyMutation, EmptySubscription, Object, Result, Schema};
use serde_json::{Value as Json, json};

struct Query;

#[Object]
impl Query {
    async fn maybe(&self) -> Option<Thing> {
        Some(Thing)
    }
    async fn surely(&self) -> Thing {
        Thing
    }
    async fn gaps(&self) -> Vec<Option<Thing>> {
        vec![Some(Thing), None]
    }
    async fn full(&self) -> Option<Vec<Thing>> {
        Some(vec![Thing, Thing])
    }
}

struct Thing;

#[Object]
impl Thing {
    async fn good(&self) -> i32 {
        1
    }
    async fn may_fail(&self) -> Result<Option<i32>> {
        Err("failed".into())
    }
    async fn must_not_fail(&self) -> Result<i32> {
        Err("failed".into())
    }
    async fn surely(&self) -> Thing {
        Thing
    }
}

async fn answered(document: &str) -> (Json, usize) {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).extension(NullPropagation).finish();
    let response = schema.execute(document).await;
    (response.data.into_json().unwrap(), response.errors.len())
}

#[tokio::test]
async fn a_failed_field_that_may_be_null_is_null() {
    let expected = json!({ "surely": { "good": 1, "x": null } });
    assert_eq!(answered("{ surely { good x: mayFail } }").await, (expected, 1));
    assert_eq!(answered("{ surely { mayFail } }").await, (json!({ "surely": { "mayFail": null } }), 1));
}

#[tokio::test]
async fn a_failed_field_that_may_not_be_null_makes_the_nearest_parent_null_that_may() {
    assert_eq!(answered("{ maybe { good mustNotFail } }").await, (json!({ "maybe": null }), 1));
    assert_eq!(answered("{ maybe { surely { mustNotFail } } }").await, (json!({ "maybe": null }), 1));
    assert_eq!(answered("{ surely { good mustNotFail } }").await, (Json::Null, 1));
    assert_eq!(answered("{ maybe { mustNotFail mayFail } full { good } }").await.0["maybe"], Json::Null);
}

#[tokio::test]
async fn in_a_list_the_item_is_null_or_the_list() {
    assert_eq!(answered("{ gaps { good mustNotFail } }").await, (json!({ "gaps": [null, null] }), 1));
    let expected = json!({ "gaps": [{ "mayFail": null }, null] });
    assert_eq!(answered("{ gaps { mayFail } }").await, (expected, 1));
    assert_eq!(answered("{ full { mustNotFail } maybe { good } }").await.0["full"], Json::Null);
}

#[tokio::test]
async fn what_does_not_fail_is_left_as_it_is() {
    let expected = json!({ "surely": { "surely": { "good": 1 } }, "gaps": [{ "good": 1 }, null] });
    assert_eq!(answered("{ surely { surely { good } } gaps { good } }").await, (expected, 0));
}
