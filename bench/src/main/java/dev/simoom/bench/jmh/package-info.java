/**
 * JMH's view of the works, one class for each family; {@code RegistryTest} keeps their parameters
 * equal to the registry. The system property {@code simoom.threads} chooses the threads.
 */
@NullMarked
package dev.simoom.bench.jmh;

import org.jspecify.annotations.NullMarked;
