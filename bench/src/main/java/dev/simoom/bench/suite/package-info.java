/** How it is measured: workers, rounds, statistics, tables and files of {@code simoom bench}. */
@NullMarked
package dev.simoom.bench.suite;

import org.jspecify.annotations.NullMarked;
