//! The four ports of the demo, and an error that names the one that is in use.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Ports on the loopback address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The gateway: beacons, traces, the trace view.
    pub gateway: u16,
    /// The first service and the page.
    pub shop: u16,
    /// The first service as another origin.
    pub cross_origin: u16,
    /// The second service.
    pub inventory: u16,
}

impl Default for Ports {
    fn default() -> Self {
        // 4318 is OTLP/HTTP's registered port, and so the default of OpenTelemetry's exporters.
        Self { gateway: 4318, shop: 7710, cross_origin: 7711, inventory: 7712 }
    }
}

impl Ports {
    pub fn from_base(base: u16) -> Option<Self> {
        let at = |offset| base.checked_add(offset).filter(|_| base > 0);
        Some(Self { gateway: at(0)?, shop: at(1)?, cross_origin: at(2)?, inventory: at(3)? })
    }

    /// An error if a port is in use.
    pub fn check(&self) -> Result<()> {
        let named = [
            ("gateway", self.gateway),
            ("shop", self.shop),
            ("shop as another origin", self.cross_origin),
            ("inventory", self.inventory),
        ];
        for (name, port) in named {
            if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                bail!(
                    "port {port}, which the {name} wants, cannot be used ({error}).\n\
                     Stop the program that has it, or choose others: cargo xtask demo --port-base 9000"
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_the_way_out() {
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = other.local_addr().unwrap().port();
        let message = Ports { gateway: taken, ..Ports::default() }.check().unwrap_err().to_string();
        assert!(message.contains(&taken.to_string()) && message.contains("--port-base"), "{message}");
    }
}
