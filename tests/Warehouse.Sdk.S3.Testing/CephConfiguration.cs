using System.Globalization;

namespace Warehouse.Sdk.S3.Testing;

/// <summary>One monitor, one store of one copy in a sparse file, one gateway; nothing that scrubs, balances or grows meanwhile.</summary>
internal static class CephConfiguration
{
    // The front end is civetweb: beast takes the body of a refused request for the next one.
    public static string Of(string cluster, string folder, int port, int monitorPort) => string.Create(CultureInfo.InvariantCulture, $"""
        [global]
        fsid = {cluster}
        mon initial members = a
        mon host = [v2:127.0.0.1:{monitorPort}/0]
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        ms bind ipv6 = false
        auth cluster required = cephx
        auth service required = cephx
        auth client required = cephx
        auth allow insecure global id reclaim = false
        keyring = {folder}/keyring
        admin socket =
        run dir = {folder}
        crash dir = {folder}/log
        log file = {folder}/log/$name.log
        log to stderr = false
        err to stderr = true
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 8
        osd pool default pgp num = 8
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon allow pool size one = true
        mon max pg per osd = 1000
        mon data avail warn = 1
        mon data avail crit = 1
        [mon]
        mon data = {folder}/mon
        mon cluster log file = {folder}/log/cluster.log
        [osd]
        osd data = {folder}/osd
        osd objectstore = bluestore
        bluestore block size = 21474836480
        bluestore block db create = false
        bluestore block wal create = false
        osd memory target = 1073741824
        osd op num shards = 2
        osd op num threads per shard = 1
        osd scrub begin hour = 0
        osd scrub end hour = 0
        osd numa auto affinity = false
        [client.rgw.a]
        rgw data = {folder}/rgw
        rgw frontends = civetweb port=127.0.0.1:{port} num_threads=64 tcp_nodelay=1
        rgw thread pool size = 64
        rgw dynamic resharding = false
        rgw override bucket index max shards = 1
        rgw enable usage log = false
        rgw enable ops log = false
        rgw gc max objs = 1
        rgw gc obj min wait = 30
        rgw gc processor period = 30
        rgw gc processor max time = 30
        rgw lc max objs = 1
        rgw usage max shards = 1
        rgw objexp hints num shards = 1

        """);
}
