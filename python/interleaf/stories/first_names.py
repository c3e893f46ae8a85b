"""First names from many places, for the characters of stories."""

NAMES = tuple(
    """Aaron Abel Abena Abigail Abril Adam Adela Adele Aditi Adrian Agnes Ahmed Aida Aileen Aimee Aino Aiko Akira Alan Alba
    Albert Alda Alice Alina Alisa Alma Alva Alvin Amadou Amalia Amber Amelia Amina Amy Ana Anders Andre Andrea Anika Anita Anjali
    Annie Ansel Antonia April Aria Ariel Arne Arno Arthur Asa Asha Asher Astor Aurora Austin Ava Axel Ayla Ayo Azra Barbara Barney
    Bart Beatrix Becky Bella Bertie Beth Betsy Betty Bill Billy Birgit Blanca Bobby Bodil Bonnie Boyd Brenda Brian Bridget Bruce
    Bryn Caleb Camila Carina Carl Carla Carlos Carmen Carol Caspar Cecil Cecilia Celia Celine Charlie Charlotte Chiara Chidi Chloe
    Chris Cindy Claire Claude Clive Connor Cora Corin Cyril Daan Dahlia Damian Dana Daniel Dante Daria Dario David Dawit Dean Debbie
    Delia Denis Derek Diana Diego Dilip Dina Dolly Dominic Dorian Doris Dorothy Douglas Duncan Dylan Ebba Eddie Edgar Edith Edna
    Edwin Eileen Einar Elena Eli Elias Elif Elin Elisa Eliza Ellen Ellie Elmer Eloise Elsa Elton Emma Emmett Emily Enid Erik Erika
    Ernest Ernie Esme Ester Ethan Eugene Eva Evan Eve Ewan Ezra Fabian Fadi Faith Fanny Farah Fatima Fay Felipe Fenna Fergus Fiona
    Flo Floyd Fran Frank Franz Fred Freddy Gabi Gabriel Gail Garth Gavin Gemma Gene Geoff George Georgia Gerda Giles Gilda Gina Giulia
    Glen Gloria Grace Graham Grant Greg Gregor Greta Gudrun Guido Gwen Gwyneth Hadi Hakim Hana Hank Hanna Harold Harriet Harry Haruka
    Harvey Hassan Hedda Heidi Helen Helga Helmut Henny Henrik Henry Herbert Hilda Holly Hope Horace Howard Hugh Hulda Humphrey Iain
    Ibrahim Idun Igor Ilse Ilya Imani Imke Imre Ines Inga Ingo Iris Irma Isaac Isabel Isak Isla Ismail Ivan Jack Jacob Jacques Jade
    Jakob James Jamie Jan Jana Jane Janek Janet Jarek Jason Javier Jean Jed Jenny Jens Jeremy Jessie Jill Jim Jo Joan Joe Joel Johan
    John Jonah Jonathan Jordan Jorge Jose Joseph Josie Joy Joyce Juan Judith Judy Jules Julia Julian Julie June Jurgen Justin Kaito
    Kalle Kamal Karim Karin Karl Karla Kasia Kate Katja Kaya Keiko Keith Kelly Ken Kenji Kerstin Kevin Khalid Kiara Kim Kiran Klaas
    Klara Knut Kristin Kurt Kwame Kyra Lale Lara Larry Laura Laurie Layla Lea Leif Lena Leon Leonie Leopold Leroy Leslie Lewis Lia
    Liam Lian Lida Lilian Linda Linus Lionel Lisa Livia Liz Loic Lorenzo Lorna Lotta Lou Louis Louise Luca Lucas Lucy Ludo Luigi Luis
    Lukas Lydia Lynn Mabon Maddy Madge Magda Magnus Mahmoud Maja Malik Malin Mara Marcus Margo Maria Marie Marina Mario Marit Mark
    Marlene Marlon Marta Martha Martin Mary Masha Matilda Matteo Matthew Maureen Maurice Maxim Megan Mehmet Melanie Melvin Mercy
    Merle Michael Miguel Mika Mikkel Milan Milena Millie Mimi Mina Mira Miriam Moira Molly Mona Morag Morgan Moritz Morris Muriel
    Myra Nabil Nadia Nadine Naima Nancy Naomi Natalie Natasha Nathan Neil Nelly Nelson Nesta Niall Nicola Niels Nigel Nikita Niko Nils
    Nisha Noel Noemi Nola Norma Norman Nour Odette Odin Olaf Oleg Olga Oliver Olivia Omari Oona Ophelia Oren Orla Otis Ottilie Ove
    Owen Paavo Paco Paige Pamela Pat Patty Paul Paula Pauline Pearl Pedro Peggy Penny Peter Petra Phil Philip Phoebe Pier Pilar Polly
    Poppy Priya Quentin Quincy Rachel Rafael Rajiv Ralf Ramon Rana Randy Raoul Rashid Ray Rebecca Reggie Renata Rene Rex Rhea Rhoda
    Rhys Ricardo Richard Rick Rita Robbie Robert Robin Rodney Roger Roland Roman Romy Ron Rona Ronja Rosalind Rose Rowan Roy Rudi Rufina
    Rune Rupert Russell Ruth Ryan Sabine Sadie Saida Sally Salma Samir Samson Samuel Sanna Sara Sasha Scott Sean Sebastian Selma Serena
    Seth Shauna Sheila Shirin Sidney Sigrid Silas Silvia Simon Sina Siri Sofia Solveig Sonia Stan Stella Stephen Steve Stina Stuart
    Sue Sunniva Susan Svea Sybil Sylvie Tabitha Takumi Talia Tamar Tamara Tara Tarek Tariro Tatiana Ted Teddy Teresa Thea Thelma Thomas
    Thora Tiago Tilda Tim Timo Tina Tobias Tommy Toni Tony Tove Tristan Trixie Trudy Udo Ulf Ulla Ulrich Uma Ursula Uwe Valentin
    Valerie Vera Verity Viggo Viktor Vincent Viola Violet Vivian Wanda Warren Wenda Wendy Wilbur Wilfred Willem Willow Xander
    Xavier Yara Yasmin Yolanda Yoko Yosef Yusuf Yvonne Zainab Zeno Zita Zuri""".split()
)
