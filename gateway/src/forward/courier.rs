//! Takes batches from the spool to the receiver, one after the other, and never gives one up that may still be taken.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::{sync::watch, task::spawn_blocking, time::sleep};

use super::{
    Stats,
    deliver::{Deliver, Verdict},
    settings::Pace,
    spool::{Batch, Reader},
};
use crate::limits::{BATCH_RECORDS, FAILURES, LONGEST_RETRY_AFTER};

/// The one who goes.
pub struct Courier<D> {
    receiver: D,
    stats: Arc<Stats>,
    pace: Pace,
    /// Records that it takes at once: fewer after a refusal, to find the one that is refused.
    most: usize,
    backoff: ExponentialBackoff,
    /// Failures with the same batch.
    failures: u32,
}

impl<D: Deliver> Courier<D> {
    /// One who has not gone yet.
    pub fn new(receiver: D, stats: Arc<Stats>, pace: Pace) -> Self {
        Self { receiver, stats, pace, most: BATCH_RECORDS, backoff: backoff(pace), failures: 0 }
    }

    /// Goes until it is told to stop. Then it takes along what there is, up to the first failure: what is left lies in
    /// the spool for the next start.
    pub async fn run(mut self, mut reader: Reader, mut stopping: watch::Receiver<bool>) {
        loop {
            let most = self.most;
            let Ok((back, next)) = spawn_blocking(move || {
                let next = reader.next(most);
                (reader, next)
            })
            .await
            else {
                return;
            };
            reader = back;
            let pause = match next {
                Ok(Some(batch)) => match self.deliver(&batch).await {
                    Step::Done => {
                        let (back, noted) = match spawn_blocking(move || {
                            let noted = reader.advance(&batch);
                            (reader, noted)
                        })
                        .await
                        {
                            Ok(result) => result,
                            Err(_) => return,
                        };
                        reader = back;
                        if noted.is_err() {
                            // The batch is delivered; it would come twice only if the gateway ended now.
                            self.stats.failed("cursor");
                        }
                        continue;
                    }
                    Step::Again(pause) => pause,
                },
                Ok(None) => {
                    if *stopping.borrow() {
                        return;
                    }
                    tokio::select! {
                        () = reader.wait() => {}
                        _ = stopping.wait_for(|stopping| *stopping) => {}
                    }
                    continue;
                }
                Err(_) => {
                    self.stats.failed("spool");
                    self.next_pause()
                }
            };
            if *stopping.borrow() {
                return;
            }
            tokio::select! {
                () = sleep(pause) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn deliver(&mut self, batch: &Batch) -> Step {
        let verdict = self.receiver.deliver(batch).await;
        if let Verdict::Failed { kind } = verdict {
            self.failures += 1;
            if self.failures < FAILURES {
                self.stats.failed(kind);
                return Step::Again(self.next_pause());
            }
        }
        match verdict {
            Verdict::Taken { rejected } => {
                self.stats.rejected(rejected);
                self.stats.delivered.add(batch.spans.saturating_sub(rejected));
                self.most = (self.most * 2).min(BATCH_RECORDS);
                self.calm()
            }
            Verdict::Later { kind, after } => {
                self.stats.failed(kind);
                let pause = self.next_pause();
                Step::Again(after.map_or(pause, |after| after.min(LONGEST_RETRY_AFTER)))
            }
            Verdict::Refused { .. } | Verdict::Failed { .. } if batch.records > 1 => {
                // One bad span must not cost others: go again with half of them.
                self.most = batch.records.div_ceil(2);
                self.calm();
                Step::Again(Duration::ZERO)
            }
            Verdict::Refused { kind } | Verdict::Failed { kind } => {
                self.stats.refused(kind, batch.spans);
                self.calm()
            }
        }
    }

    fn calm(&mut self) -> Step {
        self.failures = 0;
        self.backoff = backoff(self.pace);
        Step::Done
    }

    fn next_pause(&mut self) -> Duration {
        self.backoff.next().unwrap_or(self.pace.longest_retry)
    }
}

/// What comes after one try.
enum Step {
    /// The receiver has answered for the batch.
    Done,
    /// The same again, after a pause.
    Again(Duration),
}

/// Pauses that double, each a little longer by chance, so that gateways do not come back all at once.
fn backoff(pace: Pace) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(pace.first_retry)
        .with_max_delay(pace.longest_retry)
        .with_jitter()
        .without_max_times()
        .build()
}
