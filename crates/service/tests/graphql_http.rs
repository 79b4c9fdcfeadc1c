//! The handler of `/graphql` over a real socket, judged by the audits of the `graphql-http` package.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use poem::http::HeaderMap;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Route, Server};
use service::http::{Admit, Admitted, GraphqlOverHttp, Refusal, Streams};
use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

struct Query;

#[Object]
impl Query {
    async fn greeting(&self) -> &str {
        "hello"
    }
}

#[derive(Clone)]
struct Everyone;

impl Admit for Everyone {
    async fn admit(&self, _: &HeaderMap, _: Option<IpAddr>) -> Result<Admitted, Refusal> {
        // The audits send variables to `__type`.
        Ok(Admitted { introspection: true, ..Admitted::default() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_audit_of_graphql_over_http_passes() {
    let conformance = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    assert!(
        conformance.join("node_modules/graphql-http").is_dir(),
        "the audits are not installed: run ./test, or `npm ci` in tests/conformance"
    );

    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr().remove(0);
    let url = format!("http://{}/graphql", address.as_socket_addr().unwrap());
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let (_program, wanted) = tokio::sync::watch::channel(true);
    let route = Route::new()
        .at("/graphql", GraphqlOverHttp::new(schema, Everyone, Arc::default(), Streams::new(wanted)));
    let server = tokio::spawn(Server::new_with_acceptor(acceptor).run(route));

    let audit = move || Command::new("node").arg("audit.mjs").arg(url).current_dir(conformance).output();
    let output = tokio::task::spawn_blocking(audit).await.unwrap().expect("node runs");
    server.abort();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(report.trim(), "61 passed, 0 failed");
}
