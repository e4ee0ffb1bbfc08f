//! Memory that requests may take together, from the first byte of a body until its rows are stored.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A permit stands for this many bytes.
const UNIT: usize = 1024;

/// The memory that is left.
#[derive(Debug, Clone)]
pub struct Budget {
    units: usize,
    left: Arc<Semaphore>,
}

impl Budget {
    /// All of it.
    pub fn new(bytes: usize) -> Self {
        let units = bytes / UNIT;
        Self { units, left: Arc::new(Semaphore::new(units)) }
    }

    /// A reservation of nothing yet.
    pub fn open(&self) -> Reserved {
        Reserved { budget: Arc::clone(&self.left), permit: None, bytes: 0 }
    }

    /// Bytes that are taken at this moment.
    pub fn taken(&self) -> usize {
        (self.units - self.left.available_permits()) * UNIT
    }
}

/// What one request has reserved. Dropping it gives everything back.
#[derive(Debug)]
pub struct Reserved {
    budget: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Reserved {
    /// Reserves more; `false` where there is no more.
    pub fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let units = self.bytes.div_ceil(UNIT) - self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if units == 0 {
            return true;
        }
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.budget).try_acquire_many_owned(units) else { return false };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        true
    }

    /// Gives back what is not needed any more.
    pub fn shrink_to(&mut self, bytes: usize) {
        self.bytes = bytes;
        let units = bytes.div_ceil(UNIT);
        if let Some(permit) = &mut self.permit {
            let spare = permit.num_permits().saturating_sub(units);
            drop(permit.split(spare));
        }
    }

    /// Reserves exactly this much; `false` where there is not as much.
    pub fn resize(&mut self, bytes: usize) -> bool {
        if bytes <= self.bytes {
            self.shrink_to(bytes);
            return true;
        }
        self.grow(bytes - self.bytes)
    }
}
