//! Every bound on what one GraphQL request may cost, in one place.

use std::time::Duration;

/// Bytes of one request body.
pub const BODY_BYTES: usize = 256 * 1024;
/// Time for a request body to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(10);
/// Time for a document to be answered.
pub const EXECUTION_TIME: Duration = Duration::from_secs(10);

/// How long a payer's bucket takes to be full: what may be spent at once is what comes back in this time.
pub const BURST: Duration = Duration::from_secs(20);

/// Streams that one person may have open at once, over all their tokens: connections of server-sent events and sockets.
pub const STREAMS: usize = 20;
/// Operations of one socket.
pub const OPERATIONS: usize = 20;
/// Events that wait for a reader; whoever takes none of them for so long is left.
pub const EVENTS_WAITING: usize = 16;
/// How long a reader may take for one event.
pub const SLOWEST_READER: Duration = Duration::from_secs(20);
/// How often a stream on which nothing happens shows that it is alive, and looks for the other end.
pub const ALIVE: Duration = Duration::from_secs(12);
/// Time for a socket to be initialised, as the protocol's own server has it.
pub const INITIALISATION: Duration = Duration::from_secs(3);
/// How often it is asked whether a stream's caller is still the same.
pub const CALLER_ASKED: Duration = Duration::from_secs(10);

/// Bytes of one document.
pub const DOCUMENT_BYTES: usize = 64 * 1024;
/// Brackets of any kind open at once. The parser recurses on input values without a bound of its own: in a debug
/// build 2 MiB of stack, tokio's default, hold some 300 levels and 512 KiB some 70. Past that pest 2.9 gives up
/// where it can tell the stack's end, and overflows where it cannot, as older ones do everywhere.
pub const BRACKET_DEPTH: usize = 40;
/// Lexical tokens of one document.
pub const TOKENS: usize = 2_000;
/// Directives of one document.
pub const DIRECTIVES: usize = 50;
/// Aliases of one document.
pub const ALIASES: usize = 30;
/// Selections of one operation once every fragment is written out where it is spread. async-graphql walks them
/// so before it validates: without this, 30 fragments that each spread the next one twice cost 2^30 steps.
pub const WRITTEN_OUT_SELECTIONS: usize = 5_000;
/// Errors told about one document that does not validate.
pub const VALIDATION_ERRORS: usize = 20;

/// Nested fields, for `SchemaBuilder::limit_depth`. Fifteen is what the standard introspection query takes.
pub const SELECTION_DEPTH: usize = 15;
/// Complexity of one operation, for `SchemaBuilder::limit_complexity`.
pub const COMPLEXITY: usize = 1_000;
/// Directives on one field, for `SchemaBuilder::limit_directives`.
pub const DIRECTIVES_PER_FIELD: usize = 5;
