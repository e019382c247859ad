/** The part of TornadoVM's API for task graphs and plans that the emulator has. */
@NullMarked
package uk.ac.manchester.tornado.api;

import org.jspecify.annotations.NullMarked;
