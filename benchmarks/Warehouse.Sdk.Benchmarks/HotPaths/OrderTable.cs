using System.Text;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>A table of orders, and orders as CSV.</summary>
internal static class OrderTable
{
    public static ZoneTable<Order> Table { get; } = Make();

    public static IReadOnlyList<FeedColumn> Columns { get; } = new ObjectFeed<Order>([], Table.Rows).Columns;

    public static LineBlocks<Order, CsvLineBuffer> NewLines() => new(new CsvLineBuffer(CsvFormat.Default), Columns);

    /// <summary>A file with a header.</summary>
    public static byte[] Csv(IEnumerable<Order> orders)
    {
        using var file = new MemoryStream();
        file.Write(Encoding.UTF8.GetBytes(string.Join(',', Columns.Select(column => column.Column.Name.Value)) + "\n"));
        using LineBlocks<Order, CsvLineBuffer> lines = NewLines();
        WriteTo(file, lines, orders);
        return file.ToArray();
    }

    /// <summary>Encodes the orders and writes each block of lines when it is full.</summary>
    public static void WriteTo(Stream output, LineBlocks<Order, CsvLineBuffer> lines, IEnumerable<Order> orders)
    {
        foreach (Order order in orders)
        {
            lines.Add(order);
            if (lines.IsFull)
                Flush(output, lines);
        }

        Flush(output, lines);
    }

    private static void Flush(Stream output, LineBlocks<Order, CsvLineBuffer> lines)
    {
        using var block = (ByteBlock)lines.Seal();
        output.Write(block.Span);
    }

    private static ZoneTable<Order> Make()
    {
        ZoneTable<Order> table = null!;
        DimensionalModel.Create("benchmark", model => table = model.Landing<Order>("orders"));
        return table;
    }
}
