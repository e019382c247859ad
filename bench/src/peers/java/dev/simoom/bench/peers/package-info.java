/**
 * Other libraries for the JVM, as workers that do some of the works; built with {@code -Ppeers}.
 */
@NullMarked
package dev.simoom.bench.peers;

import org.jspecify.annotations.NullMarked;
