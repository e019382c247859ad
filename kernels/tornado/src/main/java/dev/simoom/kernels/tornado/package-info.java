/**
 * The backend that runs launch lists on devices which TornadoVM reaches: a launch list becomes task
 * graphs of one execution plan, its data stays on the device between runs.
 */
@NullMarked
package dev.simoom.kernels.tornado;

import org.jspecify.annotations.NullMarked;
