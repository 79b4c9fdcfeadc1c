//! When batches leave: as soon as a request can go no further without one.
//!
//! By a timer alone, as async-graphql's loader has it, a page whose rows take longer to go through than the timer runs
//! falls into several batches, and a single row waits for nothing.
use async_graphql::Response;
use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use futures_util::future::BoxFuture;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// The batches of one request that wait to leave.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Waiting {
    /// Lets a batch wait.
    pub(super) fn hold(&self, batch: BoxFuture<'static, ()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
    }

    /// Lets all of them leave.
    fn leave(&self) {
        let batches = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for batch in batches {
            tokio::spawn(batch);
        }
    }
}

/// The extension that lets batches leave.
pub(super) struct Batching;

impl ExtensionFactory for Batching {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for Batching {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let Some(waiting) = ctx.data_opt::<Waiting>() else { return next.run(ctx, name).await };
        let mut run = pin!(next.run(ctx, name));
        poll_fn(|context| {
            let woken = Arc::new(Woken { outer: context.waker().clone(), already: AtomicBool::new(false) });
            let waker = Waker::from(woken.clone());
            let polled = run.as_mut().poll(&mut Context::from_waker(&waker));
            // Whoever was woken meanwhile, or only let others go first, has more to ask for.
            if matches!(polled, Poll::Pending) && !woken.already.load(Ordering::Acquire) {
                waiting.leave();
            }
            polled
        })
        .await
    }
}

/// Hands waking on, and remembers it.
struct Woken {
    outer: Waker,
    already: AtomicBool,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.already.store(true, Ordering::Release);
        self.outer.wake_by_ref();
    }
}
