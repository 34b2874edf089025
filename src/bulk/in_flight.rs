//! The rows in flight, in groups: those of one wait for a commit together and go on together, before the next group has
//! its turn. All at once, the first row whose answer came would wait for the last one; where the service needs its time,
//! that is time in which nothing is on its way.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

/// The most rows of a group. Smaller ones would make more commits.
const GROUP: usize = 16;

/// As many groups as the rows need, each of which is a future.
pub struct InFlight<F> {
    groups: Vec<FuturesUnordered<Placed<F>>>,
    /// The group that goes on.
    turn: usize,
    /// Where rows were that have ended. A row's future has some kilobytes, which an allocator takes its time for.
    free: Vec<Place<F>>,
}

type Place<F> = Pin<Box<Option<F>>>;

/// A future at its place, which it gives back with its output; none once it has.
struct Placed<F>(Option<Place<F>>);

impl<F: Future> Future for Placed<F> {
    type Output = (F::Output, Place<F>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.0.as_mut().and_then(|place| place.as_mut().as_pin_mut());
        let output = std::task::ready!(future.expect("it has not ended").poll(context));
        Poll::Ready((output, self.0.take().expect("it was there")))
    }
}

impl<F: Future> InFlight<F> {
    /// So many rows can be in flight at once.
    pub fn new(most: usize) -> InFlight<F> {
        let groups = (0..most.div_ceil(GROUP)).map(|_| FuturesUnordered::new()).collect();
        InFlight { groups, turn: 0, free: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.groups.iter().map(FuturesUnordered::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(FuturesUnordered::is_empty)
    }

    /// Adds a row, to the group that goes on where there is room.
    pub fn push(&mut self, row: F) {
        let mut turns = (self.turn..self.groups.len()).chain(0..self.turn);
        let has_room = |group: &usize| self.groups[*group].len() < GROUP;
        // Where more rows come than were announced, a group is larger.
        let group = turns.find(has_room).unwrap_or(self.turn);
        let mut place = self.free.pop().unwrap_or_else(|| Box::pin(None));
        place.set(Some(row));
        self.groups[group].push(Placed(Some(place)));
    }

    /// What came of the next row that ends. While the rows of a group wait for a commit, no other group goes on.
    pub fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        waits_for_commit: impl Fn() -> bool,
    ) -> Poll<F::Output> {
        for _ in 0..self.groups.len() {
            if let Poll::Ready(Some((ended, mut place))) = self.groups[self.turn].poll_next_unpin(context) {
                place.set(None);
                self.free.push(place);
                return Poll::Ready(ended);
            }
            if waits_for_commit() {
                break;
            }
            self.turn = (self.turn + 1) % self.groups.len();
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::future::poll_fn;

    use futures_util::FutureExt;
    use tokio::sync::Notify;

    use super::*;

    #[test]
    fn a_group_is_committed_and_sent_before_the_next_one_begins() {
        let (said, waits, committed) = (RefCell::new(Vec::new()), Cell::new(false), Notify::new());
        let row = async |number: usize| {
            said.borrow_mut().push(format!("mark {number}"));
            waits.set(true);
            committed.notified().await;
            said.borrow_mut().push(format!("send {number}"));
            number
        };
        let mut rows = InFlight::new(GROUP + 1);
        (0..GROUP + 1).for_each(|number| rows.push(row(number)));
        assert_eq!((rows.len(), rows.groups.len()), (GROUP + 1, 2));
        let mut ended = Vec::new();
        while !rows.is_empty() {
            match poll_fn(|context| rows.poll_next(context, || waits.get())).now_or_never() {
                Some(number) => ended.push(number),
                None => {
                    assert!(waits.replace(false), "nobody waits");
                    committed.notify_waiters();
                }
            }
        }
        assert_eq!(ended, (0..=GROUP).collect::<Vec<_>>());
        let place = |word: String| said.borrow().iter().position(|said| *said == word);
        assert!(place(format!("send {}", GROUP - 1)) < place(format!("mark {GROUP}")));
        assert!(place(format!("mark {}", GROUP - 1)) < place("send 0".to_owned()));
    }
}
