/**
 * A device for TornadoVM's API that runs kernels on the JVM and refuses those that are wrong: the
 * tests of GPU kernels run on it.
 */
@NullMarked
package dev.simoom.kernels.tornado.emulator;

import org.jspecify.annotations.NullMarked;
