/** The job that trains a world, from video to a page of results. */
@NullMarked
package dev.simoom.models.genie.job;

import org.jspecify.annotations.NullMarked;
