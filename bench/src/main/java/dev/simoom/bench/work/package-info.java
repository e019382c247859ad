/** What is measured: works with their sizes, least traffic, and how to prepare them. */
@NullMarked
package dev.simoom.bench.work;

import org.jspecify.annotations.NullMarked;
