/** Devices and the forms of tasks, as in TornadoVM. */
@NullMarked
package uk.ac.manchester.tornado.api.common;

import org.jspecify.annotations.NullMarked;
