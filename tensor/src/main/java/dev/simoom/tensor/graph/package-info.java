/** The graph behind tensors and the compiler that turns it into kernel launches; not for users. */
@NullMarked
package dev.simoom.tensor.graph;

import org.jspecify.annotations.NullMarked;
