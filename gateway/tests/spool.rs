//! What waits on disk: it survives kill -9 and a torn write, and the courier takes it out in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/receiver.rs"]
mod receiver;
mod support;

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use receiver::Receiver;
use serde_json::json;
use support::{Program, bundle, event};
use tokio::{sync::watch, time::Instant};
use tracebeam_gateway::{
    counters::Counter,
    forward::{
        Stats,
        courier::Courier,
        deliver::{Deliver, Verdict},
        settings::Pace,
        spool::{Batch, Key, Reader, Record, Signal, Spool, SpoolError},
    },
};

fn open(directory: &Path) -> (Spool, Reader, Arc<Counter>) {
    let damaged = Arc::new(Counter::default());
    let (spool, reader) = Spool::open(directory, u64::MAX, Arc::clone(&damaged)).unwrap();
    (spool, reader, damaged)
}

/// A record that holds a text. Its key is no span's: nothing looks into it.
fn record(text: &str) -> Record {
    let number = text.bytes().fold(0, |number, byte| number * 31 + i64::from(byte));
    Record {
        signal: Signal::Spans,
        keys: vec![Key::new([1; 16], [1; 8], number, 0)],
        payload: text.as_bytes().to_vec(),
    }
}

fn texts(reader: &mut Reader) -> String {
    let mut all = String::new();
    while let Some(batch) = reader.next(1).unwrap() {
        all.push_str(std::str::from_utf8(&batch.payload).unwrap());
        reader.advance(&batch).unwrap();
    }
    all
}

fn segments(directory: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "segment")).collect();
    files.sort();
    files
}

#[tokio::test]
async fn records_come_out_in_order_and_once_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (spool, mut reader, _) = open(directory.path());
    for text in ["a", "b", "c"] {
        spool.append(vec![record(text)]).await.unwrap();
    }
    assert_eq!(spool.append(vec![record("b")]).await, Ok(1), "it is known");
    let batch = reader.next(2).unwrap().unwrap();
    assert_eq!((batch.payload.as_slice(), batch.spans, batch.records), (b"ab".as_slice(), 2, 2));
    reader.advance(&batch).unwrap();
    drop((spool, reader));

    let (spool, mut reader, damaged) = open(directory.path());
    spool.append(vec![record("d"), record("a")]).await.unwrap();
    assert_eq!(texts(&mut reader), "cd", "what the segment still holds is known after a restart");
    assert_eq!((spool.used(), damaged.value()), (0, 0));
    assert_eq!(segments(directory.path()).len(), 1, "the segment that was passed is gone");
}

#[tokio::test]
async fn a_torn_write_costs_only_what_was_not_answered() {
    let directory = tempfile::tempdir().unwrap();
    let (spool, reader, _) = open(directory.path());
    for text in ["a", "b"] {
        spool.append(vec![record(text)]).await.unwrap();
    }
    drop((spool, reader));
    let file = &segments(directory.path())[0];
    let whole = std::fs::read(file).unwrap();
    // Every length that a write can have been torn at.
    for end in 1..record("c").to_bytes().len() {
        let mut torn = whole.clone();
        torn.extend(&record("c").to_bytes()[..end]);
        std::fs::write(file, torn).unwrap();
        let _ = std::fs::remove_file(directory.path().join("cursor"));
        let (spool, mut reader, damaged) = open(directory.path());
        assert_eq!((texts(&mut reader).as_str(), damaged.value()), ("ab", 1), "{end}");
        drop((spool, reader));
        std::fs::write(file, &whole).unwrap();
    }
}

#[tokio::test]
async fn a_flipped_bit_is_found_and_nothing_wrong_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let (spool, reader, _) = open(directory.path());
    for text in ["a", "b"] {
        spool.append(vec![record(text)]).await.unwrap();
    }
    drop((spool, reader));
    let file = &segments(directory.path())[0];
    let whole = std::fs::read(file).unwrap();
    for place in whole.len() / 2..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 4;
        std::fs::write(file, flipped).unwrap();
        let _ = std::fs::remove_file(directory.path().join("cursor"));
        let (spool, mut reader, damaged) = open(directory.path());
        assert_eq!((texts(&mut reader).as_str(), damaged.value()), ("a", 1), "{place}");
        drop((spool, reader));
        std::fs::write(file, &whole).unwrap();
    }
}

#[tokio::test]
async fn a_spool_that_cannot_be_written_refuses_and_goes_on_later() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("spool");
    let (spool, mut reader, _) = open(&path);
    let away = directory.path().join("away");
    std::fs::rename(&path, &away).unwrap();
    assert!(matches!(spool.append(vec![record("a")]).await, Err(SpoolError::Unavailable(_))));
    assert!(spool.check().await.is_err());
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(spool.check().await, Ok(()));
    assert_eq!(spool.append(vec![record("a")]).await, Ok(0), "what failed is not known");
    assert_eq!(texts(&mut reader), "a");
}

/// A receiver that answers by a list, and notes when it was asked.
struct Script {
    verdicts: Mutex<Vec<Verdict>>,
    asked: Arc<Mutex<Vec<(Duration, String)>>>,
    since: Instant,
}

impl Deliver for Script {
    fn deliver(&self, batch: &Batch) -> impl Future<Output = Verdict> + Send {
        let text = String::from_utf8(batch.payload.clone()).unwrap();
        self.asked.lock().unwrap().push((self.since.elapsed(), text));
        let verdict = self.verdicts.lock().unwrap().pop().unwrap_or(Verdict::Taken { rejected: 0 });
        async move { verdict }
    }
}

/// What a courier asked and when, in whole seconds, for these answers. Time is the runtime's own and passes at once.
async fn asked(records: &[&str], mut verdicts: Vec<Verdict>) -> (Vec<(u64, String)>, Arc<Stats>) {
    let directory = tempfile::tempdir().unwrap();
    let (spool, reader, _) = open(directory.path());
    for text in records {
        spool.append(vec![record(text)]).await.unwrap();
    }
    tokio::time::pause();
    verdicts.reverse();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let script = Script { verdicts: Mutex::new(verdicts), asked: Arc::clone(&asked), since: Instant::now() };
    let stats = Arc::new(Stats::default());
    let (_stop, stopping) = watch::channel(false);
    let courier = Courier::new(script, Arc::clone(&stats), Pace::default());
    let going = tokio::spawn(courier.run(reader, stopping));
    while spool.used() > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    going.abort();
    tokio::time::resume();
    let asked = asked.lock().unwrap().iter().map(|(at, text)| (at.as_secs(), text.clone())).collect();
    (asked, stats)
}

#[tokio::test]
async fn pauses_grow_and_a_wish_of_the_receiver_is_kept() {
    let later = |after| Verdict::Later { kind: "http_503", after };
    let (asked, stats) = asked(&["a"], vec![later(None); 9]).await;
    assert_eq!(stats.delivered.value(), 1);
    let pauses: Vec<u64> = asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    for (pause, least) in pauses.iter().zip([1, 2, 4, 8, 16, 30, 30, 30, 30]) {
        // Chance adds up to as much again.
        assert!((least..=2 * least + 1).contains(pause), "{pauses:?}");
    }
    let (asked, _) = self::asked(&["a"], vec![later(Some(Duration::from_secs(100)))]).await;
    assert!((100..=101).contains(&asked[1].0), "{asked:?}");
    let (asked, _) = self::asked(&["a"], vec![later(Some(Duration::from_secs(1_000_000)))]).await;
    assert!((300..=301).contains(&asked[1].0), "a wish has a bound: {asked:?}");
}

#[tokio::test]
async fn what_is_refused_is_found_by_halves_and_given_up_alone() {
    let refused = Verdict::Refused { kind: "http_4xx" };
    let taken = Verdict::Taken { rejected: 0 };
    let (asked, stats) = asked(&["a", "b", "c", "d"], vec![refused, taken, refused, refused, taken]).await;
    let texts: Vec<_> = asked.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["abcd", "ab", "cd", "c", "d"], "{asked:?}");
    assert_eq!((stats.refused.value(), stats.delivered.value()), (1, 3));
}

#[tokio::test]
async fn a_failing_receiver_is_asked_for_minutes_before_a_batch_is_given_up() {
    let (asked, stats) = asked(&["a", "b"], vec![Verdict::Failed { kind: "http_5xx" }; 20]).await;
    assert_eq!(asked.len(), 21, "ten times both, ten times the first alone: {asked:?}");
    assert!(asked[9].0 >= 150, "{asked:?}");
    assert_eq!((stats.refused.value(), stats.delivered.value()), (1, 1));
}

/// 204 means: on the disk. The receiver is down all the while; after kill -9 and a restart it gets each span once.
#[test]
fn what_was_answered_survives_kill_9_and_arrives_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = runtime.block_on(Receiver::http([]));
    let (address, taken) = (receiver.address.to_string(), receiver.taken.clone());
    runtime.block_on(async { receiver.die() });
    let directory = tempfile::tempdir().unwrap();
    let url = format!("http://{address}");
    let arguments = ["--store", "none", "--forward", &url, "--spool", directory.path().to_str().unwrap()];
    let client = reqwest::Client::new();
    let post = |program: &Program, id: usize| {
        let changes = json!({"name": format!("n{id:04}"), "timestamp": now_ms() + id as f64 / 1_000.0});
        let body = bundle(json!([event(&id.to_string(), changes)])).to_string();
        let sent = client.post(program.url("/rum")).body(body).send();
        async move { sent.await.is_ok_and(|answer| answer.status() == 204) }
    };

    let mut answered = Vec::new();
    for round in 0..3 {
        let mut program = Program::start(&arguments);
        let (sent, done) = std::sync::mpsc::channel();
        for id in round * 1_000..round * 1_000 + 200 {
            let (request, sent) = (post(&program, id), sent.clone());
            runtime.spawn(async move {
                if request.await {
                    let _ = sent.send(id);
                }
            });
        }
        drop(sent);
        answered.extend(done.iter().take(100));
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        answered.extend(done.iter());
    }

    let receiver = runtime.block_on(Receiver::http_at(&address, taken));
    let program = Program::start(&arguments);
    runtime.block_on(receiver.taken.wait(answered.len()));
    program.stop(None);
    let names = receiver.taken.names();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names.len(), once.len(), "nothing arrives twice");
    for id in answered {
        let end = format!("n{id:04}");
        assert!(names.iter().any(|name| name.ends_with(&end)), "{end} was answered and is lost");
    }
}

fn now_ms() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as f64
}
