//! Many requests to one URL at once.

use super::{EPOCH, agent, play, sent, step};

/// A burst to one URL, answers in any order, entries in any order: whoever gets an entry gets its own.
#[test]
fn a_hundred_at_once_in_any_order() {
    let mut state = 7_u32;
    let mut random = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let mut told = 0;
    for round in 0..40 {
        let mut agent = agent();
        let count = 100;
        let mut moments = Vec::new();
        for id in 0..count {
            let at = 100.0 + f64::from(id) * 0.03;
            let tick = (at * 10.0).floor() / 10.0;
            let head = at + 3.0 + f64::from(random(900));
            let end = head + f64::from(random(80));
            moments.push((id, tick, head, end));
            let mut call = toml::Table::new();
            call.insert("id".into(), toml::Value::Integer(i64::from(id)));
            call.insert("at".into(), toml::Value::Float(tick));
            play(&mut agent, &step("call", call));
        }
        // When each thing reaches the page: a page that is busy hears of all at its end.
        let busy = if round % 2 == 0 { 0.0 } else { 700.0 };
        let mut happenings: Vec<(f64, bool, u32)> = moments
            .iter()
            .flat_map(|(id, _, head, end)| [(head.max(busy), false, *id), (end.max(busy) + 1.0, true, *id)])
            .collect();
        happenings.sort_by(|a, b| {
            let order = |(at, is_entry, id): &(f64, bool, u32)| {
                let (_, _, head, end) = moments[*id as usize];
                (*at, *is_entry, if *is_entry { end } else { head })
            };
            order(a).partial_cmp(&order(b)).unwrap()
        });
        for (at, is_entry, id) in happenings {
            let (_, tick, head, end) = moments[id as usize];
            let mut with = toml::Table::new();
            with.insert("at".into(), toml::Value::Float(at));
            with.insert("id".into(), toml::Value::Integer(i64::from(id)));
            if is_entry {
                for (key, value) in [
                    ("start", tick),
                    ("request_start", tick + 1.0),
                    ("response_start", head),
                    ("response_end", end),
                    ("size", 1000.0 + f64::from(id)),
                    ("status", 200.0),
                ] {
                    with.insert(key.into(), toml::Value::Float(value));
                }
                play(&mut agent, &step("entry", with));
            } else {
                play(&mut agent, &step("end", with));
            }
        }
        agent.release();
        for event in sent(&mut agent) {
            let Some(size) = event["size"].as_f64() else { continue };
            told += 1;
            let (_, _, head, end) = moments[size as usize - 1000];
            let (first_byte, duration) =
                (event["first_byte_duration"].as_f64().unwrap(), event["duration"].as_f64().unwrap());
            let start = event["timestamp"].as_f64().unwrap() - EPOCH;
            // Its own, or one that cannot be told from its own.
            assert!((start + duration - end).abs() < 1.5, "round {round}");
            assert!((start + 1.0 + first_byte - head).abs() < 1.5, "round {round}");
        }
    }
    assert!(told > 40 * 60, "{told} of 4000 have phases");
}
