/** Where the slots of a launch list lie in the memory of a device. */
@NullMarked
package dev.simoom.kernels.tornado.memory;

import org.jspecify.annotations.NullMarked;
