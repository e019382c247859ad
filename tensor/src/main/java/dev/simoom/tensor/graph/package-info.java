/** The graph behind tensors and the compiler that turns it into kernel launches; not for users. */
package dev.simoom.tensor.graph;
