Console.Error.WriteLine("not supported yet");
return 1;
