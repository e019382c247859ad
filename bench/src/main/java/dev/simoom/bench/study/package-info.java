/** Questions that one figure for each work does not answer: {@code simoom bench STUDY}. */
@NullMarked
package dev.simoom.bench.study;

import org.jspecify.annotations.NullMarked;
