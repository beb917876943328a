/**
 * The clusters that commands run against: {@link dev.danta.cli.cluster.RunningCluster} is one that serves, {@link
 * dev.danta.cli.cluster.RemoteCluster} somebody else's, {@link dev.danta.cli.cluster.LocalCluster} three nodes inside this
 * process, {@link dev.danta.cli.cluster.ProcessCluster} nodes in processes of their own. The latter two live in a
 * temporary folder that goes when they do, also when the process is asked to end.
 */
@NullMarked
package dev.danta.cli.cluster;

import org.jspecify.annotations.NullMarked;
