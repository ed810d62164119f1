//! What can happen to a node of a cluster while it has a call.

use std::fmt;

/// The node that had a call is gone, or has not answered for seconds.
///
/// Nobody knows whether the body ran to its end there. The call is given to another node if `retries` are declared.
///
/// ```
/// use tokio_offload::Error;
///
/// fn log(error: &Error) {
///     if let Error::Lost(loss) = error {
///         eprintln!("{} was lost while it ran {}", loss.host(), loss.function());
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NodeLoss(pub(crate) Box<NodeFacts>);

/// The details of a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NodeFacts {
    pub(crate) node: String,
    pub(crate) host: String,
    pub(crate) function: String,
    pub(crate) attempts: u32,
}

impl NodeLoss {
    /// The node, as the cluster names it.
    ///
    /// ```
    /// use tokio_offload::NodeLoss;
    ///
    /// fn line(loss: &NodeLoss) -> String {
    ///     format!("lost {} on {}", loss.node(), loss.host())
    /// }
    /// ```
    pub fn node(&self) -> &str {
        &self.0.node
    }

    /// The host it was on.
    ///
    /// ```
    /// use tokio_offload::NodeLoss;
    ///
    /// fn is_on(loss: &NodeLoss, host: &str) -> bool {
    ///     loss.host() == host
    /// }
    /// ```
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The path of the function it had.
    ///
    /// ```
    /// use tokio_offload::NodeLoss;
    ///
    /// fn blame(loss: &NodeLoss) -> String {
    ///     format!("it had `{}`", loss.function())
    /// }
    /// ```
    pub fn function(&self) -> &str {
        &self.0.function
    }

    /// How many nodes the call was given to: more than one only where retries are declared.
    ///
    /// ```
    /// use tokio_offload::NodeLoss;
    ///
    /// /// It may be the call that ends them.
    /// fn is_suspect(loss: &NodeLoss) -> bool {
    ///     loss.attempts() > 1
    /// }
    /// ```
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

impl fmt::Debug for NodeLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeLoss")
            .field("node", &self.0.node)
            .field("host", &self.0.host)
            .field("function", &self.0.function)
            .field("attempts", &self.0.attempts)
            .finish()
    }
}

impl fmt::Display for NodeLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NodeFacts {
            node,
            host,
            function,
            attempts,
        } = &*self.0;
        write!(
            f,
            "the node {node} on {host} was lost while it had `{function}`"
        )?;
        if *attempts > 1 {
            write!(f, ", the last of {attempts} that had this call")?;
        }
        Ok(())
    }
}
